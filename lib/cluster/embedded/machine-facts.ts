import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';

/** What is read of a machine to tell whether the embedded cluster can run on it. */
export interface MachineFacts {
  /** As Node.js names them: `linux`, `x64`. */
  readonly platform: string;
  readonly architecture: string;
  readonly uid: number;
  /** /proc/self/uid_map: in the machine's own user namespace `0 0 4294967295`. */
  readonly uidMap: string;
  /** CapEff of /proc/self/status. */
  readonly capabilities: bigint;
  /** /proc/self/mounts. */
  readonly mounts: string;
  /** cgroup.controllers at the root of cgroup v2; null where /sys/fs/cgroup is not v2. */
  readonly controllers: readonly string[] | null;
  /** False where even root can't write to /run. */
  readonly runIsWritable: boolean;
}

export async function readMachineFacts(): Promise<MachineFacts> {
  const mounts = await readText('/proc/self/mounts');
  const controllers = await readText('/sys/fs/cgroup/cgroup.controllers');
  const status = await readText('/proc/self/status');
  return {
    platform: process.platform,
    architecture: process.arch,
    uid: process.getuid?.() ?? -1,
    uidMap: (await readText('/proc/self/uid_map')).trim().replaceAll(/\s+/g, ' '),
    capabilities: BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`),
    mounts,
    controllers: controllers === '' ? null : controllers.trim().split(' '),
    runIsWritable: await isWritable('/run'),
  };
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** Root may write to whatever is not mounted read-only. */
async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
