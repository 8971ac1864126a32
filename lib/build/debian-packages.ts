import { execa } from 'execa';
import type { Progress } from './progress.ts';

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

/**
 * Installs the packages that are missing, after saying which. apt checks their signatures.
 * @throws with apt's last line when it fails, and with what to do where there is no apt
 */
export async function ensureDebianPackages(
  names: readonly string[],
  signal: AbortSignal,
  progress: Progress,
): Promise<void> {
  const missing = await missingPackages(names, signal);
  if (missing.length === 0) return;
  progress('packages', `installing ${missing.join(', ')} with apt-get`);
  const options = { cancelSignal: signal, env: { DEBIAN_FRONTEND: 'noninteractive' }, stdin: 'ignore' } as const;
  try {
    await execa('apt-get', ['update', '-qq'], options);
    await execa('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], options);
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(
      `apt-get could not install ${missing.join(', ')}; install them by hand (or their like on your distribution) and start again`,
      { cause: error },
    );
  }
}

async function missingPackages(names: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const asked = await execa('dpkg-query', ['-W', '-f', '${db:Status-Abbrev} ${Package}\n', ...names], {
    reject: false,
    cancelSignal: signal,
  });
  const installed = new Set(
    asked.stdout.split('\n').flatMap((line) => (line.startsWith('ii ') ? [line.slice(3).trim()] : [])),
  );
  return names.filter((name) => !installed.has(name));
}
