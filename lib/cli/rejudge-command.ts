import { Command } from '@commander-js/extra-typings';
import { parseDurationNs } from '../config/duration.ts';
import type { Journal } from '../journal/journal.ts';
import { JournalError } from '../journal/journal-error.ts';
import { readJournal } from '../journal/read-journal.ts';
import { judge } from '../judge/judge.ts';
import { parseHypothesis } from '../judge/parse-hypothesis.ts';
import { withThresholds } from '../judge/with-thresholds.ts';
import { abortedDrill } from '../report/aborted-drill.ts';
import type { ReportRun } from '../report/report-input.ts';
import { exitCodeOf, overallState, runState } from '../report/run-state.ts';
import { renderVerdictTable } from '../report/terminal/verdict-table.ts';
import { journalsOf } from './journals-of-run.ts';
import { UsageError } from './usage-error.ts';

/** `nodelocal-drill rejudge results/<run-id>`: the verdict of a saved journal, with the same or with other thresholds. */
export function rejudgeCommand(signal: AbortSignal) {
  return new Command('rejudge')
    .description('judge a saved run again, from its journals; touches no cluster and writes nothing')
    .argument('<run-folder>', 'such as results/20261124-031200, or the folder of one experiment in it')
    .option(
      '--threshold <setting=value>',
      'another limit, such as thresholds.fallbackOverTimeout="200 ms"; may be given again',
      (text, given: readonly string[]) => [...given, text],
      [] as readonly string[],
    )
    .option('--json', 'print the verdict as JSON', false)
    .action(async (folder, { threshold, json }) => {
      const overrides = Object.fromEntries(threshold.map(parseOverride));
      const runs: ReportRun[] = [];
      for (const path of await journalsOf(folder)) {
        const run = judgeAgain(path, await readJournal(path), overrides);
        signal.throwIfAborted();
        runs.push(run);
        process.stdout.write(json ? `${JSON.stringify(run.verdict, null, 2)}\n` : `${table(run)}\n`);
      }
      process.exitCode = exitCodeOf(overallState(runs, { broken: [] }));
    });
}

function judgeAgain(path: string, journal: Journal, overrides: Readonly<Record<string, number>>): ReportRun {
  try {
    return { journal, verdict: judge(override(parseHypothesis(journal.hypothesis), overrides), journal) };
  } catch (error) {
    if (error instanceof JournalError) throw new JournalError(`${path}: ${error.message}`, error.line, error);
    throw error;
  }
}

function table(run: ReportRun): string {
  const aborted = runState(run) === 'aborted' ? { aborted: abortedDrill(run.journal) } : {};
  return renderVerdictTable(run.verdict, {
    columns: process.stdout.columns || 100,
    colour: process.stdout.isTTY && process.stdout.hasColors(),
    ...aborted,
  });
}

function override(hypothesis: ReturnType<typeof parseHypothesis>, overrides: Readonly<Record<string, number>>) {
  try {
    return withThresholds(hypothesis, overrides);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** `setting=value`: a number of lookups, or a duration with its unit. */
function parseOverride(text: string): readonly [string, number] {
  const [, setting, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (setting === undefined || value === undefined)
    throw new UsageError(`--threshold ${text}: write it as setting=value`);
  if (/^\d+$/.test(value)) return [setting, Number(value)];
  try {
    return [setting, parseDurationNs(value)];
  } catch (error) {
    throw new UsageError(`--threshold ${text}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
