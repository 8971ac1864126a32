import { readFile } from 'node:fs/promises';

/** Capability bits (linux/capability.h) without which namespaced machines can't be made. */
const neededCapabilities: Readonly<Record<string, number>> = {
  CAP_NET_ADMIN: 12,
  CAP_SYS_CHROOT: 18,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
};

/**
 * Refuses a machine on which the embedded cluster can't run, before anything is changed.
 * @throws an error that says what is missing and what to do
 */
export async function refuseUnfitMachine(): Promise<void> {
  if (process.platform !== 'linux')
    throw new Error(
      `the embedded cluster needs Linux, and this is ${process.platform}; point cluster.existing at a cluster that you may harm instead`,
    );
  if (process.getuid?.() !== 0)
    throw new Error(
      'the embedded cluster needs root (it makes namespaces, mounts and cgroups): start again with sudo, or point cluster.existing at a cluster',
    );
  const status = await readFile('/proc/self/status', 'utf8');
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  const missing = Object.entries(neededCapabilities).filter(([, bit]) => ((effective >> BigInt(bit)) & 1n) === 0n);
  if (missing.length > 0)
    throw new Error(
      `the embedded cluster needs ${missing.map(([name]) => name).join(', ')}; this process lacks it (in a container, run it privileged)`,
    );
  const filesystems = await readFile('/proc/filesystems', 'utf8');
  if (!/\boverlay$/m.test(filesystems))
    throw new Error(
      'the embedded cluster needs overlay mounts, and /proc/filesystems has none (try: modprobe overlay)',
    );
}
