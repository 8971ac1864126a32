import assert from 'node:assert/strict';
import { mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { projectRoot } from '../../../lib/build/project-root.ts';
import type { Entry } from '../../../lib/journal/entry.ts';
import { syntheticEntries, type SyntheticOptions } from '../../support/synthetic-journal.ts';

const small: SyntheticOptions = { resolvers: ['glibc'], intervalNs: 100_000_000, captures: false };

test('exit code 0 all the same, 1 something differs, 2 not all could be compared, 64 wrong usage', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'drill-compare-'));
  const [a, b, worse, other] = await Promise.all([
    save(join(folder.path, 'a'), syntheticEntries(small)),
    save(join(folder.path, 'b'), syntheticEntries({ ...small, seed: 2 })),
    save(join(folder.path, 'worse'), syntheticEntries(small).map(loseOne)),
    save(join(folder.path, 'other'), syntheticEntries({ ...small, intervalNs: 50_000_000 })),
  ]);
  const [same, differs, incomplete, noUnit, noRun] = await Promise.all([
    compare(['--before', a, '--after', b, '--json']),
    compare(['--before', a, b, '--after', worse]),
    compare(['--before', a, '--after', other, '--markdown']),
    compare(['--before', a, '--after', b, '--margin', '2']),
    compare(['--before', a, '--after', join(folder.path, 'none')]),
  ]);
  assert.equal((JSON.parse(same.stdout) as { readonly result: string }).result, 'same');
  assert.equal(same.exitCode, 0);
  assert.match(differs.stdout, /^DIFFERS .*1 differ/);
  assert.match(differs.stdout, /failed lookups: 0 \(0\) before, 1 after; one side lost no lookup in any run/);
  assert.equal(differs.exitCode, 1);
  assert.match(incomplete.stdout, /^\*\*Incomplete\*\*: /);
  assert.match(
    incomplete.stdout,
    /- both\/single\/glibc\/busy: asked otherwise: interval \(100 ms before, 50 ms after\)/,
  );
  assert.equal(incomplete.exitCode, 2);
  assert.match(noUnit.stderr, /^nodelocal-drill: --margin: "2" is not a duration[^\n]*$/);
  assert.equal(noUnit.exitCode, 64);
  assert.match(noRun.stderr, /^nodelocal-drill: there is no folder [^\n]*none: /);
  assert.equal(noRun.exitCode, 64);
});

async function save(folder: string, entries: readonly Entry[]): Promise<string> {
  await mkdir(join(folder, 'node-cache-killed'), { recursive: true });
  const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  await writeFile(join(folder, 'node-cache-killed', 'journal.ndjson'), text);
  return folder;
}

/** One lookup, long after the last fault, of a set-up that a claim bounds. */
function loseOne(entry: Entry): Entry {
  const chosen = entry.type === 'observation' && entry.probe === 'both/fallback-upstream/glibc/busy';
  return chosen && entry.seq === 500 ? { ...entry, outcome: 'failed', answers: [], error: 'EAI_AGAIN' } : entry;
}

async function compare(args: readonly string[]) {
  const main = join(projectRoot, 'lib/cli/main.ts');
  return execa(process.execPath, [main, 'compare', ...args], { reject: false, env: { COLUMNS: '120' } });
}
