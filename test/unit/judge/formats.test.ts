import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../../../lib/build/project-root.ts';
import { collectJournal } from '../../../lib/journal/collect-journal.ts';
import type { Journal } from '../../../lib/journal/journal.ts';
import { readJournal } from '../../../lib/journal/read-journal.ts';
import { judge } from '../../../lib/judge/judge.ts';
import { parseHypothesis } from '../../../lib/judge/parse-hypothesis.ts';
import { entriesOf } from '../../support/entries-of.ts';
import { inBatches } from '../../support/lookup-batches.ts';

test('a drill is judged alike whether its journal has a line for each lookup or several in one', async () => {
  const first = await readJournal(join(projectRoot, 'results/reference/node-cache-killed/journal.ndjson.gz'));
  const second = collectJournal(inBatches(entriesOf(first), 20));
  assert.deepEqual([first.head.schema, second.head.schema], [1, 2]);
  const verdict = verdictOn(first);
  assert.deepEqual([verdict.result, verdict.lookups], ['pass', 44_018]);
  assert.deepEqual(verdictOn(second), { ...verdict, head: second.head });
});

function verdictOn(journal: Journal) {
  return judge(parseHypothesis(journal.hypothesis), journal);
}
