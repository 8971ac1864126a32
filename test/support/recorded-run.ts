/**
 * Run as a process in Playwright's place: leaves what its run would, without a cluster. The drills are synthetic; what they are worth is judged by
 * the configuration's own evidence, and run.json is written as after any run.
 */
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { finishRun } from '../../fixtures/finish-run.ts';
import { runDir, runId } from '../../fixtures/run-context.ts';
import { loadConfig } from '../../lib/config/load-config.ts';
import type { Entry } from '../../lib/journal/entry.ts';
import { JournalWriter } from '../../lib/journal/journal-writer.ts';
import { syntheticHypothesis, type SyntheticClaims } from './synthetic-hypothesis.ts';
import { syntheticEntries } from './synthetic-journal.ts';

const claimsOf: Readonly<Record<string, SyntheticClaims>> = { 'no-fault': 'calm', 'node-cache-killed': 'true' };

/** As seldom as the default `evidence.lookupsInWindow` allows, so that it is quickly judged. */
const intervalNs = 140e6;

const named = process.argv.filter((arg) => arg.endsWith('.spec.ts')).map((file) => basename(file, '.spec.ts'));
const { baselineFailures, lookupsInWindow, latenessIntervals } = (await loadConfig()).evidence;
for (const experiment of named.length === 0 ? Object.keys(claimsOf) : named) {
  const claims = claimsOf[experiment] ?? 'true';
  const evidence = { baselineFailures, lookupsInWindow, latenessIntervals };
  const dir = join(runDir(), experiment);
  await mkdir(dir, { recursive: true });
  using journal = new JournalWriter(join(dir, 'journal.ndjson'));
  for (const entry of syntheticEntries({ claims, resolvers: ['glibc'], intervalNs }))
    journal.append(asAsked(entry, experiment, { ...syntheticHypothesis(claims), evidence }));
}
const { text } = await finishRun({
  runId: runId(),
  runDir: runDir(),
  commandLine: 'a recorded run',
  skipped: [],
  broken: [],
  endState: null,
  columns: 100,
  colour: false,
});
process.stdout.write(`${text}\n`);

function asAsked(entry: Entry, experiment: string, hypothesis: ReturnType<typeof syntheticHypothesis>): Entry {
  if (entry.type === 'head') return { ...entry, runId: runId(), experiment, title: experiment };
  return entry.type === 'hypothesis' ? { ...entry, hypothesis } : entry;
}
