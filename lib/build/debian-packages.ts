import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { Progress } from './progress.ts';
import { withHeartbeat } from './with-heartbeat.ts';

/** What the embedded cluster and its nodes run from Debian, by package. */
export const embeddedPackages = [
  'runc',
  'containernetworking-plugins',
  'iptables',
  'nftables',
  'conntrack',
  'ipset',
  'iproute2',
  'mount',
  'busybox-static',
] as const;

/** A browser for the tests of the report. */
export const reportTestPackages = ['chromium'] as const;

/** How long another apt or dpkg (unattended-upgrades, one that a killed start left running) is waited for. */
const lockLimitS = 300;

/**
 * Installs the packages that are missing, after saying which and how much that is. apt checks their signatures. A dpkg that was interrupted is
 * set right first, and another one that is running is waited for.
 * @throws with apt's last error when it fails, and with what to do where there is no apt
 */
export async function ensureDebianPackages(
  names: readonly string[],
  signal: AbortSignal,
  progress: Progress,
): Promise<void> {
  let missing = await missingPackages(names, signal);
  if (missing.length === 0) return;
  try {
    await finishInterruptedDpkg(signal, progress);
    missing = await missingPackages(names, signal);
    if (missing.length === 0) return;
    progress('packages', `${missing.join(', ')} missing: reading Debian's package lists`);
    await apt(['update', '-qq'], signal, progress);
    const install = ['install', '-y', '-qq', '--no-install-recommends', ...missing];
    progress('packages', `installing ${missing.join(', ')} with apt-get${await sizeOf(install, signal)}`);
    await apt(install, signal, progress);
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(
      `apt-get could not install ${missing.join(', ')}; install them by hand (or their like on your distribution) and start again`,
      { cause: error },
    );
  }
}

async function missingPackages(names: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const versions = await packageVersions(names, signal);
  return names.filter((name) => versions[name] === undefined);
}

/** Versions of the packages that are wholly installed. None where there is no dpkg. */
export async function packageVersions(
  names: readonly string[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const format = '${db:Status-Abbrev}\t${Package}\t${Version}\n';
  const asked = await execa('dpkg-query', ['-W', '-f', format, ...names], { reject: false, cancelSignal: signal });
  signal.throwIfAborted();
  const rows = asked.stdout.split('\n').map((line) => line.split('\t'));
  return Object.fromEntries(
    rows.flatMap(([status, name, version]) =>
      status === 'ii ' && name !== undefined && version !== undefined ? [[name, version]] : [],
    ),
  );
}

/** apt refuses everything after a dpkg that was killed, until this is done. */
async function finishInterruptedDpkg(signal: AbortSignal, progress: Progress): Promise<void> {
  const updates = await readdir('/var/lib/dpkg/updates').catch(() => []);
  const audit = await execa('dpkg', ['--audit'], { reject: false, cancelSignal: signal });
  if (!updates.some((name) => /^\d+$/.test(name)) && audit.stdout === '') return;
  progress('packages', 'an installation was interrupted: finishing it with dpkg --configure -a');
  await execa('dpkg', ['--force-confdef', '--force-confold', '--configure', '-a'], {
    ...quiet,
    cancelSignal: signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    // A half-unpacked package can't be configured; apt-get install unpacks it anew.
    progress('packages', `dpkg --configure -a: ${error instanceof Error ? firstLine(error.message) : String(error)}`);
  });
}

const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }, stdin: 'ignore' } as const;

/** apt waits for dpkg's lock by itself; for the locks of lists and archives it does not, so it is asked again. */
async function apt(args: readonly string[], signal: AbortSignal, progress: Progress): Promise<void> {
  const deadline = performance.now() + lockLimitS * 1000;
  for (;;) {
    const options = ['-o', `DPkg::Lock::Timeout=${lockLimitS}`];
    const said = { progress, step: 'packages', detail: () => `apt-get ${args[0] ?? ''}` };
    const done = await withHeartbeat(said, () =>
      execa('apt-get', [...options, ...args], { ...quiet, cancelSignal: signal, reject: false }),
    );
    signal.throwIfAborted();
    if (!done.failed) return;
    const locked = /^E: (Could not get lock .*)$/m.exec(done.stderr)?.[1];
    if (locked === undefined || performance.now() > deadline)
      throw new Error(/^E: .*$/m.exec(done.stderr)?.[0] ?? done.shortMessage, { cause: done });
    progress('packages', `waiting, at most ${lockLimitS} s: ${locked}`, 'passing');
    await sleep(1000, undefined, { signal });
  }
}

/** `: 12.3 MB to fetch, 45 MB of disk`, as apt itself reckons. */
async function sizeOf(install: readonly string[], signal: AbortSignal): Promise<string> {
  const args = install.filter((arg) => arg !== '-y' && arg !== '-qq');
  const { stdout } = await execa('apt-get', [...args, '--assume-no'], {
    ...quiet,
    cancelSignal: signal,
    reject: false,
  });
  signal.throwIfAborted();
  return aptSizes(stdout);
}

/** From what `apt-get install --assume-no` prints in the C locale. */
export function aptSizes(output: string): string {
  const fetched = /^Need to get (?:[\d.,]+ \w+\/)?([\d.,]+ \w+) of archives/m.exec(output)?.[1];
  const used = /^After this operation, ([\d.,]+ \w+) (?:of )?(?:additional )?disk space will be used/m.exec(
    output,
  )?.[1];
  if (fetched === undefined) return '';
  return `: ${fetched} to fetch${used === undefined ? '' : `, ${used} of disk`}`;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
