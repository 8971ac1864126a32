import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { projectRoot } from '../../../lib/build/project-root.ts';
import { readJournal } from '../../../lib/journal/read-journal.ts';
import { judge } from '../../../lib/judge/judge.ts';
import { parseHypothesis } from '../../../lib/judge/parse-hypothesis.ts';
import { publishedSchemas } from '../../../lib/report/published-schemas.ts';
import { syntheticJournal } from '../../support/synthetic-journal.ts';
import { sampleVerdict } from './sample-verdict.ts';

test('docs/schemas is what the code says (npm run schemas writes it)', async () => {
  for (const [name, schema] of publishedSchemas())
    assert.deepEqual(JSON.parse(await readFile(join(projectRoot, 'docs/schemas', name), 'utf8')), schema, name);
});

test('the reference run is valid: run.json, and the verdict on its journal', async () => {
  const reference = join(projectRoot, 'results/reference');
  const run: unknown = JSON.parse(await readFile(join(reference, 'run.json'), 'utf8'));
  assert.deepEqual(await complaints('run.schema.json', run), []);
  const journal = await readJournal(join(reference, 'node-cache-killed/journal.ndjson.gz'));
  const verdict = judge(parseHypothesis(journal.hypothesis), journal);
  assert.deepEqual(await complaints('verdict.schema.json', asWritten(verdict)), []);
});

for (const options of [{ claims: 'wrong' }, { claims: 'calm' }, { flaw: 'aborted' }, { flaw: 'unconfirmed' }] as const)
  test(`a verdict on a run with ${JSON.stringify(options)} is valid`, async () => {
    const journal = syntheticJournal({ ...options, resolvers: ['glibc'], intervalNs: 100_000_000, captures: false });
    const verdict = judge(parseHypothesis(journal.hypothesis), journal);
    assert.deepEqual(await complaints('verdict.schema.json', asWritten(verdict)), []);
  });

test('what is missing, unknown or of another kind is refused', async () => {
  const wrong = [
    { ...sampleVerdict, result: 'fine' },
    { ...sampleVerdict, extra: 1 },
    { ...sampleVerdict, claims: undefined },
    { ...sampleVerdict, probes: [{ ...sampleVerdict.probes[0], latenessP99Ns: '1 ms' }] },
  ];
  assert.deepEqual(await complaints('verdict.schema.json', asWritten(sampleVerdict)), []);
  for (const verdict of wrong) assert.notDeepEqual(await complaints('verdict.schema.json', asWritten(verdict)), []);
  assert.notDeepEqual(await complaints('run.schema.json', { schema: 1 }), []);
});

/** As a reader of the file has it. */
function asWritten(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

async function complaints(schema: string, value: unknown): Promise<readonly unknown[]> {
  const validate = await validatorOf(schema);
  validate(value);
  return validate.errors ?? [];
}

/** By the file that is published, in strict mode, so that the schema itself is checked too. */
async function validatorOf(name: string): Promise<ValidateFunction> {
  const schema = JSON.parse(await readFile(join(projectRoot, 'docs/schemas', name), 'utf8')) as object;
  return new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(schema);
}
