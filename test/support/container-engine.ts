import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import {
  identityOf,
  isAlive,
  ownIdentity,
  readIdentity,
  type ProcessIdentity,
} from '../../lib/build/process-identity.ts';
import { projectRoot } from '../../lib/build/project-root.ts';

/** A Docker engine of a test's own. */
export interface ContainerEngine extends AsyncDisposable {
  /** What comes before a command that shall reach the engine, and the API servers in it: they listen in namespaces of their own. */
  readonly within: readonly string[];
}

/** On the machine's disk: an overlay can't have its upper side on another overlay, and /tmp may be memory. */
const parent = '/var/tmp';
const prefix = 'nodelocal-drill-engine-';

/** dockerd answers after a second or two. */
const startLimitMs = 60_000;
const endLimitMs = 30_000;

/**
 * Starts dockerd in namespaces of its own (net, mount, PID), with its data in a folder that is thrown away. Ending their first process ends all of
 * it, and so does the end of this process; what systemd and kubelet in privileged nodes change for the whole machine is put back. Needs root, and
 * Debian's docker.io.
 * @throws with dockerd's last words when it does not answer
 */
export async function startContainerEngine(coreDns: string, signal: AbortSignal): Promise<ContainerEngine> {
  await sweep();
  const folder = await mkdtemp(join(parent, prefix));
  const { pid, startTicks } = await ownIdentity();
  await writeFile(join(folder, 'owner'), `${pid} ${startTicks}\n`);
  await writeFile(join(folder, 'sysctls.json'), JSON.stringify(await readSysctls()));
  const cgroup = basename(folder);
  const socket = `unix://${folder}/docker.sock`;
  await Promise.all(['private', 'data', 'exec'].map((name) => mkdir(join(folder, name))));
  const dockerd = [
    ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
    ...['--pidfile', join(folder, 'dockerd.pid'), '--host', socket, '--cgroup-parent', `/${cgroup}`],
    ...['--storage-driver', 'overlay2', '--exec-opt', 'native.cgroupdriver=cgroupfs', '--oom-score-adjust', '0'],
    ...((await lacksSysResource())
      ? ['--add-runtime', `mended=${join(support, 'runc-without-sys-resource.sh')}`, '--default-runtime', 'mended']
      : []),
  ];
  await using log = await open(join(folder, 'dockerd.log'), 'w');
  const launcher = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'unshare', ...namespaces, join(support, 'engine-init.sh'), folder, coreDns, ...dockerd],
    { stdio: ['ignore', log.fd, log.fd] },
  );
  const ended = once(launcher, 'exit');
  const engine = {
    first: null as ProcessIdentity | null,
    [Symbol.asyncDispose]: async () => {
      if (engine.first !== null && (await isAlive(engine.first))) process.kill(engine.first.pid, 'SIGKILL');
      else launcher.kill('SIGKILL');
      await ended;
      await removeRest(folder);
    },
  };
  try {
    engine.first = await firstProcess(launcher.pid ?? 0);
    const within = [
      'nsenter',
      '-t',
      `${engine.first.pid}`,
      '-n',
      '-m',
      '-p',
      `--wd=${projectRoot}`,
      'env',
      `DOCKER_HOST=${socket}`,
    ];
    await untilItAnswers(within, join(folder, 'dockerd.log'), signal);
    return { within, [Symbol.asyncDispose]: engine[Symbol.asyncDispose] };
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}

/** What one left whose process was killed. */
async function sweep(): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const owner = await readIdentity(join(parent, name, 'owner'));
    if (owner === null || !(await isAlive(owner))) await removeRest(join(parent, name));
  }
}

async function removeRest(folder: string): Promise<void> {
  await removeCgroups(basename(folder));
  await putBackSysctls(join(folder, 'sysctls.json'));
  await rm(folder, { recursive: true, force: true });
}

const support = join(projectRoot, 'test/support');
const namespaces = [
  '--net',
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  '--propagation',
  'slave',
  '--',
];

/** `unshare --fork` has one child: PID 1 of the namespace. */
async function firstProcess(launcher: number): Promise<ProcessIdentity> {
  for (let tries = 0; tries < 100; tries++) {
    const children = await readFile(`/proc/${launcher}/task/${launcher}/children`, 'utf8').catch(() => '');
    const identity = await identityOf(Number(children.trim().split(' ')[0]));
    if (identity !== null) return identity;
    await sleep(50);
  }
  throw new Error('the namespaces of the container engine could not be made');
}

async function untilItAnswers(within: readonly string[], log: string, signal: AbortSignal): Promise<void> {
  const ask = [...within.slice(1), 'docker', 'version', '--format', '{{.Server.Version}}'];
  const begun = performance.now();
  while (performance.now() - begun < startLimitMs) {
    const asked = await execa('nsenter', ask, { reject: false, cancelSignal: signal, stdin: 'ignore' });
    signal.throwIfAborted();
    if (asked.exitCode === 0) return;
    await sleep(200);
  }
  const lastWords = (await readFile(log, 'utf8')).trim().split('\n').slice(-5).join('\n');
  throw new Error(`dockerd did not answer within ${startLimitMs / 1000} s; it said last:\n${lastWords}`);
}

/** Bit 24 of the bounding set (capability.h). */
async function lacksSysResource(): Promise<boolean> {
  const status = await readFile('/proc/self/status', 'utf8');
  const bounding = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return ((bounding >> 24n) & 1n) === 0n;
}

/** What kubelet (pkg/kubelet/cm setupKernelTunables) and systemd in a privileged node write, and no namespace keeps apart. */
const machineWide = [
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxbytes',
  'kernel/keys/root_maxkeys',
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'fs/file-max',
  'fs/nr_open',
];

async function readSysctls(): Promise<Readonly<Record<string, string>>> {
  const entries = await Promise.all(
    machineWide.map(async (name) => [name, await readFile(join('/proc/sys', name), 'utf8').catch(() => null)] as const),
  );
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));
}

async function putBackSysctls(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const before = JSON.parse(text) as Readonly<Record<string, string>>;
  const now = await readSysctls();
  for (const [name, value] of Object.entries(before))
    if (now[name] !== value) await writeFile(join('/proc/sys', name), value);
}

/** Those of all hierarchies, deepest first. They empty when the kernel has ended the last process. */
async function removeCgroups(name: string): Promise<void> {
  const controllers = await subfolders('/sys/fs/cgroup');
  const roots = ['/sys/fs/cgroup', ...controllers].map((base) => join(base, name));
  const begun = performance.now();
  for (;;) {
    for (const root of roots) await removeTree(root);
    const left = (await Promise.all(roots.map(async (root) => ((await exists(root)) ? [root] : [])))).flat();
    if (left.length === 0) return;
    if (performance.now() - begun > endLimitMs)
      throw new Error(`cgroups of the container engine are still in use: ${left.join(', ')}`);
    await sleep(50);
  }
}

async function removeTree(folder: string): Promise<void> {
  for (const child of await subfolders(folder)) await removeTree(child);
  await rmdir(folder).catch(() => undefined);
}

async function subfolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}

async function exists(path: string): Promise<boolean> {
  return readdir(path).then(
    () => true,
    () => false,
  );
}
