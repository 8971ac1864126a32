import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Progress } from './progress.ts';
import { projectRoot } from './project-root.ts';

export interface GoToolchain {
  readonly path: string;
  /** As `go env GOVERSION` says: `go1.26.8`. */
  readonly version: string;
}

/**
 * Finds a Go that is new enough for `embedded/go.mod`. An older Go (1.21 or newer) fetches the wanted one itself, as a module.
 * @throws when there is none, with what to do
 */
export async function goToolchain(signal: AbortSignal, progress: Progress): Promise<GoToolchain> {
  const wanted = /^go (\S+)/m.exec(await readFile(join(projectRoot, 'embedded/go.mod'), 'utf8'))?.[1] ?? '';
  for (const path of ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go']) {
    const asked = await execa(path, ['env', 'GOVERSION'], {
      cwd: join(projectRoot, 'embedded'),
      reject: false,
      cancelSignal: signal,
    });
    if (asked.exitCode === 0 && asked.stdout.startsWith('go')) return { path, version: asked.stdout.trim() };
    if (asked.exitCode !== undefined)
      progress('go', `${path} is there, but: ${asked.stderr.trim().split('\n').at(-1) ?? ''}`);
  }
  throw new Error(
    `Go ${wanted} or newer is needed to build the embedded cluster, and none was found on PATH or in /usr/local/go. Install it (any Go from 1.21 on fetches the wanted one itself) and start again.`,
  );
}
