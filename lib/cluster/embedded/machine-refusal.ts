import type { MachineFacts } from './machine-facts.ts';
import { parseMounts, type MountPoint } from './mount-of.ts';

/**
 * Why the embedded cluster can't run on a machine, and the way out, in one sentence; null where nothing speaks against it. Pure: a test can
 * ask about any machine.
 */
export function machineRefusal(facts: MachineFacts): string | null {
  for (const check of [platform, root, capabilities, cgroups, folders]) {
    const refusal = check(facts);
    if (refusal !== null) return refusal;
  }
  return null;
}

const otherwise = 'point cluster.existing at a cluster that you may harm instead';

function platform({ platform: system, architecture }: MachineFacts): string | null {
  if (system !== 'linux') return `the embedded cluster needs Linux, and this is ${system}: ${otherwise}`;
  if (architecture !== 'x64' && architecture !== 'arm64')
    return `the embedded cluster is built for amd64 and arm64, and this machine is ${architecture}: ${otherwise}`;
  return null;
}

/** Root of a user namespace passes every other check here, and then the nodes' DNS is refused with "operation not permitted" (seen). */
function root({ uid, uidMap }: MachineFacts): string | null {
  if (uid !== 0)
    return `the embedded cluster needs root (it makes namespaces, mounts and cgroups), and this is user ${uid}: start again with sudo, or ${otherwise}`;
  return uidMap === '' || uidMap === '0 0 4294967295'
    ? null
    : `the embedded cluster needs the machine's own root, and this is root of a user namespace (uid_map ${uidMap}): start it outside of the rootless container, or ${otherwise}`;
}

/** By number (linux/capability.h). */
const neededCapabilities: Readonly<Record<string, number>> = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_KILL: 5,
  CAP_NET_ADMIN: 12,
  CAP_NET_RAW: 13,
  CAP_SYS_CHROOT: 18,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
  CAP_MKNOD: 27,
};

function capabilities({ capabilities: held }: MachineFacts): string | null {
  const missing = Object.entries(neededCapabilities).filter(([, bit]) => ((held >> BigInt(bit)) & 1n) === 0n);
  return missing.length === 0
    ? null
    : `the embedded cluster needs ${missing.map(([name]) => name).join(', ')}, which this process lacks: in a container, run it privileged; or ${otherwise}`;
}

/** What kubelet demands (kubernetes pkg/kubelet/cm, validateSystemRequirements). In v2 there is no cpuacct, and no file system per controller. */
const neededControllers = { v1: ['cpu', 'cpuacct', 'cpuset', 'memory'], v2: ['cpu', 'cpuset', 'memory'] } as const;

/** Pure v2, or v1 with one mount per controller; hybrid is v1 whose extra v2 mount has no controllers that are needed. */
function cgroups({ mounts, controllers }: MachineFacts): string | null {
  const points = parseMounts(mounts).filter(({ type }) => type === 'cgroup' || type === 'cgroup2');
  const version = points.findLast(({ path }) => path === '/sys/fs/cgroup')?.type === 'cgroup2' ? 'v2' : 'v1';
  if (points.length === 0)
    return `the embedded cluster needs cgroups, and none are mounted in /sys/fs/cgroup: mount them (in a container, run it privileged), or ${otherwise}`;
  const there = version === 'v2' ? (controllers ?? []) : points.flatMap(controllersOf);
  const missing = neededControllers[version].filter((name) => !there.includes(name));
  return missing.length === 0
    ? null
    : `the embedded cluster needs the cgroup ${version} ${missing.length === 1 ? 'controller' : 'controllers'} ${missing.join(', ')}, and /sys/fs/cgroup has ${there.join(', ') || 'none'}: ${
        version === 'v2'
          ? 'start it where they are delegated (not in a rootless container)'
          : 'mount them, or boot with cgroup_enable=<controller>'
      }`;
}

/** A v1 mount names its controllers among its options. */
function controllersOf({ type, path, options }: MountPoint): readonly string[] {
  if (type !== 'cgroup' || !path.startsWith('/sys/fs/cgroup/')) return [];
  return options.filter(
    (option) => !/^(rw|ro|nosuid|nodev|noexec|relatime|xattr|release_agent=.*|name=.*)$/.test(option),
  );
}

function folders({ runIsWritable, mounts }: MachineFacts): string | null {
  const readOnly = parseMounts(mounts).find(
    ({ type, path, options }) =>
      (type === 'cgroup' || type === 'cgroup2') && path.startsWith('/sys/fs/cgroup') && options.includes('ro'),
  )?.path;
  const folder = runIsWritable ? readOnly : '/run';
  return folder === undefined
    ? null
    : `the embedded cluster needs to write to ${folder}, which is read-only here: remount it (in a container, run it privileged), or ${otherwise}`;
}
