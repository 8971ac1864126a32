import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { goToolchain } from '../../lib/build/go-toolchain.ts';
import { noProgress } from '../../lib/build/progress.ts';
import { projectRoot } from '../../lib/build/project-root.ts';
import { cacheDir } from '../../lib/cluster/embedded/paths.ts';
import { judge } from '../../lib/judge/judge.ts';
import { parseHypothesis } from '../../lib/judge/parse-hypothesis.ts';
import { renderMetrics } from '../../lib/report/metrics/render-metrics.ts';
import { syntheticJournal } from '../support/synthetic-journal.ts';

test('Prometheus itself reads metrics.prom and finds nothing to complain of', async () => {
  const journal = syntheticJournal({ resolvers: ['glibc', 'musl'], claims: 'wrong', captures: false });
  const verdict = judge(parseHypothesis(journal.hypothesis), journal);
  const odd = { experiment: 'a "b" \\ c\nd', title: 't' };
  const text = await renderMetrics([{ verdict, journal }], {
    runId: 'r',
    commands: [],
    files: [],
    skipped: [{ ...odd, reason: 'no agent' }],
    broken: [{ experiment: 'e', title: 'e', message: 'out of memory' }],
  });
  assert.ok(text.split('\n').length > 500);
  assert.deepEqual(await promlint(text), { exitCode: 0, stdout: '' });
});

test('… and would, if there were', async () => {
  const { exitCode, stdout } = await promlint('# TYPE lookups counter\nlookups{a="b"} 1\n');
  assert.equal(exitCode, 1);
  assert.match(stdout, /lookups: counter metrics should have "_total" suffix/);
  assert.equal((await promlint('lookups{a="b} 1\n')).exitCode, 1);
});

/** The linter is a part of a Go module that the embedded cluster uses anyway. */
async function promlint(input: string): Promise<{ readonly exitCode: number | undefined; readonly stdout: string }> {
  const { path } = await goToolchain({
    cacheDir: cacheDir(),
    signal: AbortSignal.timeout(300_000),
    progress: noProgress,
  });
  const { exitCode, stdout } = await execa(path, ['run', join(projectRoot, 'test/report/promlint.go')], {
    cwd: join(projectRoot, 'embedded'),
    input,
    reject: false,
  });
  return { exitCode, stdout };
}
