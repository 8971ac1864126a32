import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Engine } from '../../lib/cluster/kind/engine.ts';

/** A program by the engine's name that does what the shell script says, first in PATH until disposed of; `$*` is what it is asked. */
export async function fakeEngine(script: string, name: Engine['name'] = 'docker'): Promise<AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-engine-'));
  const before = process.env['PATH'] ?? '';
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
  process.env['PATH'] = `${folder}${delimiter}${before}`;
  return {
    [Symbol.asyncDispose]: async () => {
      process.env['PATH'] = before;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
