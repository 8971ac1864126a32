import type { Drill } from './drill.ts';

/** How many checks of a step passed, failed and were skipped. A step that can't even start counts as one failure. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What became of a step. */
export interface StepResult extends Counts {
  /** What its failures said, for the end of the output, where whoever sees the last lines only finds them. */
  readonly failures?: string;
  /** What was skipped, or proved nothing at first: one line each, with the reason. */
  readonly skips?: readonly string[];
  /** Experiments that it ran on a cluster. */
  readonly drills?: readonly Drill[];
}

/** One part of `npm test`. */
export interface Step {
  readonly name: string;
  /** Experiments that it is to bring a verdict on: on one cluster at least it must be reached (test/steps/unproven.ts). */
  readonly proves?: readonly string[];
  /** `signal` aborts at Ctrl-C. What the step has started then gets it too; nothing more is started. */
  run(signal: AbortSignal): Promise<StepResult>;
}

export const onePassed: Counts = { passed: 1, failed: 0, skipped: 0 };
export const oneFailed: Counts = { passed: 0, failed: 1, skipped: 0 };

export function sum(counts: readonly Counts[]): Counts {
  return counts.reduce<Counts>(
    (total, c) => ({
      passed: total.passed + c.passed,
      failed: total.failed + c.failed,
      skipped: total.skipped + c.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** The first lines of a text, and how many more there are. */
export function firstLines(text: string, limit: number): string {
  const lines = text.trim().split('\n');
  const more = lines.length - limit;
  return more <= 0 ? lines.join('\n') : `${lines.slice(0, limit).join('\n')}\n(${more} more lines)`;
}

/** The last lines of a text. */
export function lastLines(text: string, limit: number): string {
  return text.trim().split('\n').slice(-limit).join('\n');
}
