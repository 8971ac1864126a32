import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { lockMark } from '../../lib/cluster/embedded/orphans.ts';
import { cgroupName, runDir } from '../../lib/cluster/embedded/paths.ts';

/**
 * What the embedded cluster `name` could leave behind or change on the machine, as sorted lines, so that two of them can be compared.
 * Other clusters and other people's processes may come and go meanwhile.
 */
export async function machineSnapshot(name: string): Promise<readonly string[]> {
  const [mounts, links, routes, cgroups, processes, sysctls, runs] = await Promise.all([
    lines(readFile('/proc/self/mountinfo', 'utf8'), (line) => `mount ${line.split(' ')[4] ?? ''}`),
    lines(stdout('ip', ['-o', 'link']), (line) => `link ${line.split(':')[1]?.trim() ?? ''}`),
    lines(stdout('ip', ['route']), (line) => `route ${line}`),
    cgroupsOf(name),
    processesOf(name),
    watchedSysctls(),
    readdir('/run/nodelocal-drill').catch(() => []),
  ]);
  const own = runs.filter((run) => run === name).map((run) => `run ${run}`);
  return [...mounts, ...links, ...routes, ...cgroups, ...processes, ...sysctls, ...own].sort();
}

async function stdout(command: string, args: readonly string[]): Promise<string> {
  return (await execa(command, args)).stdout;
}

async function lines(text: Promise<string>, map: (line: string) => string): Promise<readonly string[]> {
  return (await text)
    .split('\n')
    .filter((line) => line !== '')
    .map(map);
}

async function cgroupsOf(name: string): Promise<readonly string[]> {
  const hierarchies = ['.', ...(await readdir('/sys/fs/cgroup'))];
  const found = await Promise.all(
    hierarchies.map(async (hierarchy) => {
      const names: readonly string[] = await readdir(`/sys/fs/cgroup/${hierarchy}`).catch(() => []);
      return { hierarchy, names };
    }),
  );
  return found.filter(({ names }) => names.includes(cgroupName(name))).map(({ hierarchy }) => `cgroup ${hierarchy}`);
}

/**
 * A process is the cluster's when it is in one of its cgroups, was started with its run folder, or under its lock. One without a command line is a zombie:
 * it has ended, and waits for the machine's init to ask for its exit status.
 */
async function processesOf(name: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      const [cgroup, commandLine, environment] = [await read('cgroup'), await read('cmdline'), await read('environ')];
      const own =
        cgroup.includes(`/${cgroupName(name)}/`) ||
        commandLine.includes(`${runDir(name)}/`) ||
        environment.includes(`${lockMark(name)}=`);
      return own && commandLine !== '' ? commandLine : null;
    }),
  );
  return found.filter((line) => line !== null).map((line) => `process ${line.replaceAll('\0', ' ')}`);
}

/** What kubelet, kube-proxy and systemd write on the whole machine. */
async function watchedSysctls(): Promise<readonly string[]> {
  const names = [
    'vm/overcommit_memory',
    'vm/panic_on_oom',
    'kernel/panic',
    'kernel/panic_on_oops',
    'kernel/keys/root_maxkeys',
    'kernel/keys/root_maxbytes',
    'net/ipv4/ip_forward',
    'net/netfilter/nf_conntrack_max',
  ];
  return Promise.all(
    names.map(async (name) => `sysctl ${name} ${(await readFile(`/proc/sys/${name}`, 'utf8').catch(() => '')).trim()}`),
  );
}
