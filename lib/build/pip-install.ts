import { execa } from 'execa';
import type { BuildPlace } from './cached-folder.ts';
import { ensureDebianPackages } from './debian-packages.ts';
import type { Progress } from './progress.ts';
import { runTool, ToolFailed } from './run-tool.ts';
import { withHeartbeat } from './with-heartbeat.ts';

export interface PipInstall {
  /** A requirements file that pins versions and hashes; anything else than what it names is refused by pip. */
  readonly requirements: string;
  readonly place: BuildPlace;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/**
 * Unpacks Python packages into a folder of their own; nothing is installed into the machine's Python, and pip keeps no copy.
 * @throws when pip can't get them, or a hash does not fit
 */
export async function pipInstall({ requirements, place, signal, progress }: PipInstall): Promise<void> {
  const python = await pythonWithPip(signal, progress);
  const flags = ['--quiet', '--disable-pip-version-check', '--no-cache-dir', '--no-compile', '--no-deps'];
  const what = ['--require-hashes', '--target', place.into, '-r', requirements];
  await withHeartbeat({ progress, step: 'compiler', detail: () => 'fetching and unpacking' }, () =>
    runTool(python, ['-m', 'pip', 'install', ...flags, ...what], {
      signal,
      env: { TMPDIR: place.scratch, PIP_ROOT_USER_ACTION: 'ignore' },
    }),
  ).catch((error: unknown) => {
    signal.throwIfAborted();
    const wrongHash = error instanceof ToolFailed && error.stderr.includes('DO NOT MATCH THE HASHES');
    throw new Error(
      wrongHash
        ? `what pip fetched is not what ${requirements} pins (its SHA-256 differs), so it was thrown away: try again, or look where pip fetches from (pip config list)`
        : `pip could not install what ${requirements} pins: look whether PyPI can be reached (pip config list), and start again`,
      { cause: error },
    );
  });
}

/** The interpreter itself: a version manager's wrapper would outlive a kill, and pip under it. */
async function pythonWithPip(signal: AbortSignal, progress: Progress): Promise<string> {
  const find = async () => {
    for (const python of ['python3', '/usr/bin/python3']) {
      const asked = await execa(python, ['-c', 'import sys, pip; print(sys.executable)'], {
        reject: false,
        cancelSignal: signal,
      });
      signal.throwIfAborted();
      if (asked.exitCode === 0) return asked.stdout.trim();
    }
    return undefined;
  };
  const found = await find();
  if (found !== undefined) return found;
  await ensureDebianPackages(['python3-pip'], signal, progress);
  const installed = await find();
  if (installed === undefined)
    throw new Error('a python3 with pip is needed to fetch compilers, and none was found; install it and start again');
  return installed;
}
