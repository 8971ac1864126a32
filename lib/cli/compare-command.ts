import { Command } from '@commander-js/extra-typings';
import { compareRuns } from '../compare/compare-runs.ts';
import type { Comparison } from '../compare/comparison.ts';
import { measureRun, type MeasuredRun } from '../compare/measured-run.ts';
import { parseDurationNs } from '../config/duration.ts';
import { loadConfig } from '../config/load-config.ts';
import { readJournal } from '../journal/read-journal.ts';
import { judge } from '../judge/judge.ts';
import { parseHypothesis } from '../judge/parse-hypothesis.ts';
import { renderComparisonMarkdown } from '../report/comparison/comparison-markdown.ts';
import { renderComparisonTable } from '../report/comparison/comparison-table.ts';
import { exitCodes } from './exit-codes.ts';
import { journalsOf } from './journals-of-run.ts';
import { UsageError } from './usage-error.ts';

/** `nodelocal-drill compare --before … --after …`: whether two sets of saved runs say the same, for the gate before an upgrade. */
export function compareCommand(signal: AbortSignal) {
  return new Command('compare')
    .description('compare two sets of saved runs, cell by cell: before and after an upgrade; touches no cluster')
    .requiredOption('--before <run-folders...>', 'such as results/20261124-031200 results/20261124-032000')
    .requiredOption('--after <run-folders...>', 'several runs of each side tell chance from change')
    .option('--margin <duration>', 'how far a cell may lie apart, beyond what the time gone explains (compare.margin)')
    .option('--held-margin <duration>', '… where a claim bounds it (compare.heldMargin)')
    .option('--all', 'use runs that prove nothing, too', false)
    .option('--json', 'print the comparison as JSON', false)
    .option('--markdown', 'print it for a document or an issue', false)
    .addHelpText('after', `\n${exitCodeHelp}`)
    .action(async ({ before, after, margin, heldMargin, all, json, markdown }) => {
      const { compare } = await loadConfig();
      const comparison = compareRuns({
        before: await measureAll(before, signal),
        after: await measureAll(after, signal),
        marginNs: margin === undefined ? compare.margin : durationOf('--margin', margin),
        heldMarginNs: heldMargin === undefined ? compare.heldMargin : durationOf('--held-margin', heldMargin),
        all,
      });
      process.exitCode = exitCodeOf[comparison.result];
      process.stdout.write(`${render(comparison, { json, markdown })}\n`);
    });
}

const exitCodeHelp =
  'Exit codes: 0 all the same, 1 something differs, 2 nothing differs, but not all could be compared';

const exitCodeOf = {
  same: exitCodes.pass,
  differs: exitCodes.fail,
  incomplete: exitCodes.inconclusive,
} as const satisfies Record<Comparison['result'], number>;

/** Judged anew from the journals, so that both sides are judged by the same program. */
async function measureAll(folders: readonly string[], signal: AbortSignal): Promise<readonly MeasuredRun[]> {
  const runs: MeasuredRun[] = [];
  for (const folder of folders)
    for (const path of await journalsOf(folder)) {
      const journal = await readJournal(path);
      runs.push(measureRun(folder, journal, judge(parseHypothesis(journal.hypothesis), journal)));
      signal.throwIfAborted();
    }
  return runs;
}

function durationOf(option: string, text: string): number {
  try {
    return parseDurationNs(text);
  } catch (error) {
    throw new UsageError(`${option}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function render(comparison: Comparison, { json, markdown }: { readonly json: boolean; readonly markdown: boolean }) {
  if (json) return JSON.stringify(comparison, null, 2);
  if (markdown) return renderComparisonMarkdown(comparison);
  return renderComparisonTable(comparison, {
    columns: process.stdout.columns || 100,
    colour: process.stdout.isTTY && process.stdout.hasColors(),
    exitCode: exitCodeOf[comparison.result],
  });
}
