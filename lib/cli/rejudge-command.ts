import { Command } from '@commander-js/extra-typings';
import { parseDurationNs } from '../config/duration.ts';
import { readJournal } from '../journal/read-journal.ts';
import { judge } from '../judge/judge.ts';
import { parseHypothesis } from '../judge/parse-hypothesis.ts';
import type { Result } from '../judge/verdict.ts';
import { withThresholds } from '../judge/with-thresholds.ts';
import { renderVerdictTable } from '../report/terminal/verdict-table.ts';
import { exitCodes } from './exit-codes.ts';
import { journalsOf } from './journals-of-run.ts';
import { UsageError } from './usage-error.ts';

/** `nodelocal-drill rejudge results/<run-id>`: the verdict of a saved journal, with the same or with other thresholds. */
export function rejudgeCommand() {
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
      const results: Result[] = [];
      for (const path of await journalsOf(folder)) {
        const journal = await readJournal(path);
        const hypothesis = override(parseHypothesis(journal.hypothesis), overrides);
        const verdict = judge(hypothesis, journal);
        results.push(verdict.result);
        process.stdout.write(
          json
            ? `${JSON.stringify(verdict, null, 2)}\n`
            : `${renderVerdictTable(verdict, { columns: process.stdout.columns || 100, colour: process.stdout.isTTY && process.stdout.hasColors() })}\n`,
        );
      }
      process.exitCode = worst(results);
    });
}

const severity = { pass: 0, inconclusive: 1, fail: 2 } as const satisfies Record<Result, number>;

/** The exit code of the worst of them. */
function worst(results: readonly Result[]): number {
  const sorted = [...results].sort((a, b) => severity[b] - severity[a]);
  return exitCodes[sorted[0] ?? 'inconclusive'];
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
