import { oneFailed, onePassed, type StepResult } from './step.ts';

/** One run of an experiment: what came of it, as run.json has it. */
export interface Attempt {
  readonly runId: string;
  /** `pass`, `fail`, `inconclusive`, `aborted`, `broken` or `skipped`. */
  readonly result: string;
  readonly sentence: string;
}

/** An experiment on a cluster, with its repetition where there was one. */
export interface Drill {
  readonly experiment: string;
  /** Such as `kind`. */
  readonly cluster: string;
  /** In the order in which they were made; at least one. */
  readonly attempts: readonly Attempt[];
}

/** True of an attempt whose cause may be the noise of a busy machine, so that another may tell. */
export function isInconclusive({ result }: Attempt): boolean {
  return result === 'inconclusive';
}

/**
 * What a drill counts as. One failure, whichever attempt it was, is a failure: no repetition takes it back. A pass is a pass, also after an attempt
 * that was inconclusive, as that one said nothing; it stays in the list with its reason. Without any verdict the drill was skipped.
 */
export function countDrill(drill: Drill): StepResult {
  const { attempts } = drill;
  const failed = attempts.filter(
    ({ result }) => result !== 'pass' && result !== 'inconclusive' && result !== 'skipped',
  );
  if (failed.length > 0) return { ...oneFailed, failures: attemptLines(drill).join('\n') };
  const passed = attempts.some(({ result }) => result === 'pass');
  const skips = attempts.length === 1 && passed ? [] : [attemptLines(drill).join('\n')];
  return passed ? { ...onePassed, skips } : { passed: 0, failed: 0, skipped: 1, skips };
}

/** One line for each attempt. */
export function attemptLines({ experiment, cluster, attempts }: Drill): readonly string[] {
  return attempts.map(
    ({ runId, result, sentence }, index) =>
      `${experiment} on ${cluster}${index === 0 ? '' : ', repeated'}: ${result}: ${sentence} (results/${runId})`,
  );
}
