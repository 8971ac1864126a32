import { oneFailed, sum, type Counts } from './step.ts';
import { unproven, type StepOutcome } from './unproven.ts';

export interface CheckRun {
  readonly outcomes: readonly StepOutcome[];
  readonly interrupted: boolean;
  /** Names of steps that nobody asked for (`--only`). */
  readonly leftOut: readonly string[];
}

/**
 * How a check run ends: what it says, with the counts as the very last line, and its exit code: 0 only when something passed, nothing failed,
 * and what it was to prove is proven. Each thing that is not counts as one failure more. Who interrupts knows that not all was run.
 */
export function summaryOf({ outcomes, interrupted, leftOut }: CheckRun): {
  readonly text: string;
  readonly exitCode: number;
} {
  const notProven = interrupted ? [] : unproven(outcomes);
  const total = sum([...outcomes.map(({ result }) => result), ...notProven.map(() => oneFailed)]);
  const lines = [
    ...outcomes.flatMap(({ name, result: { failures } }) =>
      failures === undefined ? [] : ['', `── ${name}: what failed`, failures],
    ),
    '',
    ...table(outcomes),
    ...(interrupted ? ['interrupted: the steps after that were not run'] : []),
    ...(leftOut.length === 0 ? [] : [`not asked for, and not run: ${leftOut.join(', ')}`]),
    ...notProven,
    ...skipLines(outcomes),
    counted(total),
  ];
  const isGreen = total.failed === 0 && total.passed > 0;
  return { text: lines.join('\n'), exitCode: interrupted ? 130 : isGreen ? 0 : 1 };
}

function table(outcomes: readonly StepOutcome[]): readonly string[] {
  const width = Math.max(...outcomes.map(({ name }) => name.length)) + 2;
  return outcomes.map(
    ({ name, result, seconds }) => `${name.padEnd(width)}${counted(result)}  (${seconds.toFixed(1)} s)`,
  );
}

function skipLines(outcomes: readonly StepOutcome[]): readonly string[] {
  const lines = outcomes.flatMap(({ name, result: { skips = [], drills } }) =>
    // A drill names its cluster itself.
    skips.map((skip) => `  ${drills === undefined ? `${name}: ` : ''}${skip.replaceAll('\n', '\n    ')}`),
  );
  return lines.length === 0 ? [] : ['skipped, or inconclusive at first, and why:', ...lines];
}

function counted({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
