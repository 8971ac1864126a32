import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { ConfigError } from '../config/config-error.ts';

const answerLimitMs = 10_000;

/**
 * Asks a program for its flags, in namespaces of its own, where it can change nothing of the machine's network: node-cache has `-localip`
 * (kubernetes/dns cmd/node-cache/main.go), and without it could not be configured. Needs root.
 * @throws ConfigError when it does not answer, or is something else
 */
export async function refuseStranger(path: string, signal: AbortSignal): Promise<void> {
  const asked = await execa(
    'unshare',
    ['--net', '--mount', '--ipc', '--pid', '--fork', '--kill-child', '--', path, '-help'],
    {
      all: true,
      stdin: 'ignore',
      reject: false,
      timeout: answerLimitMs,
      forceKillAfterDelay: 1_000,
      cancelSignal: signal,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      extendEnv: false,
      maxBuffer: 1_000_000,
    },
  );
  signal.throwIfAborted();
  if (/^\s*-localip\b/m.test(asked.all)) return;
  const lines = stripVTControlCharacters(asked.all).trim().split('\n');
  const ended = asked.timedOut
    ? `did not answer within ${answerLimitMs / 1000} s`
    : `ended with ${asked.signal ?? `exit code ${asked.exitCode ?? 'unknown'}`}`;
  const last = (lines.at(-1) ?? '').slice(0, 200);
  throw new ConfigError(
    `nodeLocal.binary ${path} is no node-cache: asked for -help it names no flag -localip, and ${ended}${last === '' ? ' without a word' : `; it said last: ${last}`}`,
  );
}
