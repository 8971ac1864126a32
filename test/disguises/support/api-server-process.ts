import { readFile, readlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { contextName, runDir } from '../../../lib/cluster/embedded/paths.ts';
import { embeddedStatus } from '../../../lib/cluster/embedded/status.ts';
import { connect } from '../../../lib/kube/connect.ts';
import { until } from '../../../lib/time/until.ts';
import { clusterProcesses } from '../../support/cluster-processes.ts';

/** The API server of an embedded cluster stands still for a time: connections are taken, and nothing is answered. */
export async function stallApiServer(name: string, forMs: number): Promise<void> {
  const { pid } = await apiServer(name);
  process.kill(pid, 'SIGSTOP');
  try {
    await sleep(forMs);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** kill -9 of the API server, and a new one with the same command line in the same namespaces and cgroups, as kubelet would start it from a static pod. */
export async function restartApiServer(name: string, awayMs: number): Promise<void> {
  const status = await embeddedStatus(name);
  if (status.state !== 'up') throw new Error(`the embedded cluster "${name}" is not up`);
  const { pid } = await apiServer(name);
  const [program = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
  const path = join(dirname(await readlink(`/proc/${pid}/exe`)), basename(program));
  const cgroups = await cgroupsOf(pid);
  process.kill(pid, 'SIGKILL');
  await sleep(awayMs);
  const enter = 'for f in $CGROUPS; do echo $$ > "$f"; done; exec nsenter "$@"';
  const inside = ['--target', String(status.pid), '--pid', '--net', '--mount', '--ipc', '--uts', '--', path, ...args];
  void execa('sh', ['-c', enter, 'sh', ...inside], {
    env: { CGROUPS: cgroups.join(' ') },
    stdin: 'ignore',
    stdout: { file: join(runDir(name), 'logs', 'kube-apiserver-again.log') },
    stderr: { file: join(runDir(name), 'logs', 'kube-apiserver-again.log') },
    reject: false,
  });
  const context = contextName(name);
  const kube = await connect({ kubeconfigPath: status.kubeconfigPath, context, allowContexts: [context] });
  await until(async () => kube.text('/readyz', AbortSignal.timeout(2000)), {
    what: 'the new API server',
    deadlineNs: 40e9,
    everyNs: 250e6,
    signal: AbortSignal.timeout(60_000),
  });
}

async function apiServer(name: string): Promise<{ readonly pid: number }> {
  const found = (await clusterProcesses(name)).find(({ command }) => /^\S*kube-apiserver /.test(command));
  if (found === undefined) throw new Error(`the embedded cluster "${name}" has no API server`);
  return found;
}

/** Files that take a process into the cgroups of another one: one for each hierarchy of v1, one of v2. */
async function cgroupsOf(pid: number): Promise<readonly string[]> {
  const lines = (await readFile(`/proc/${pid}/cgroup`, 'utf8')).trim().split('\n');
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  return lines.flatMap((line) => {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    const root = controllers === '' ? rootOf(mounts, 'cgroup2', '') : rootOf(mounts, 'cgroup', controllers);
    return root === undefined || path === '/' ? [] : [join(root, path, 'cgroup.procs')];
  });
}

function rootOf(mounts: string, type: string, controllers: string): string | undefined {
  const wanted = controllers.split(',')[0] ?? '';
  return mounts
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, , of, options]) => of === type && (wanted === '' || options?.split(',').includes(wanted) === true))?.[1];
}
