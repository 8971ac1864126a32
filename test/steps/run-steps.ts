import { oneFailed, type Step, type StepResult } from './step.ts';
import { summaryOf } from './summary.ts';
import type { StepOutcome } from './unproven.ts';

/** What comes within this time is one press: npm passes on what the terminal has sent already. */
const samePressMs = 500;

/**
 * Runs steps one after the other, whatever became of earlier ones, says what came of them, and sets the exit code. At Ctrl-C the step that runs
 * gets it too, and puts its things away; a second one leaves at once.
 */
export async function runSteps(
  steps: readonly Step[],
  { leftOut = [] }: { readonly leftOut?: readonly string[] } = {},
) {
  const { signal } = untilInterrupted();
  const outcomes: StepOutcome[] = [];
  for (const step of steps) {
    if (signal.aborted) break;
    process.stdout.write(`\n── ${step.name}\n`);
    const begun = performance.now();
    const result = await resultOf(step, signal);
    outcomes.push({ name: step.name, proves: step.proves ?? [], result, seconds: (performance.now() - begun) / 1000 });
  }
  const { text, exitCode } = summaryOf({ outcomes, interrupted: signal.aborted, leftOut });
  process.stdout.write(`${text}\n`);
  process.exitCode = exitCode;
}

function untilInterrupted(): AbortController {
  const interrupted = new AbortController();
  let atMs = 0;
  process.on('SIGINT', () => {
    if (interrupted.signal.aborted && performance.now() - atMs > samePressMs) process.exit(130);
    if (!interrupted.signal.aborted) atMs = performance.now();
    interrupted.abort();
  });
  return interrupted;
}

async function resultOf(step: Step, signal: AbortSignal): Promise<StepResult> {
  try {
    return await step.run(signal);
  } catch (error) {
    const failures = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stdout.write(`${failures}\n`);
    return { ...oneFailed, failures };
  }
}
