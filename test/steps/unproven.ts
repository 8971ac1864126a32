import { attemptLines, type Drill } from './drill.ts';
import { firstLines, type StepResult } from './step.ts';

/**
 * The experiments without whose verdict a check run has proved nothing, and what is not known then. The second is a control: what sees an outage
 * where nothing is broken sees its own shadow, so that without it the others' verdicts are worth less than they look. Whatever else is in
 * experiments/ may be skipped where it can't be done.
 */
export const mustBeProven: Readonly<Record<string, string>> = {
  'node-cache-killed':
    'not proven: the main drill reached no verdict on any cluster, so that this run says nothing of what node-cache costs when it dies',
  'no-fault':
    "not proven: the suite's own control, in which nothing is broken, reached no verdict on any cluster, so that an outage seen in this run may be the suite's own shadow",
};

/** What became of a step, and what it was to prove. */
export interface StepOutcome {
  readonly name: string;
  readonly proves: readonly string[];
  readonly result: StepResult;
  readonly seconds: number;
}

/**
 * Which experiments that the steps were to prove reached no verdict, pass or fail, on any cluster: for each a sentence, and below it every attempt
 * with its reason.
 */
export function unproven(outcomes: readonly StepOutcome[]): readonly string[] {
  const wanted = new Set(outcomes.flatMap(({ proves }) => proves));
  return [...wanted].flatMap((experiment) => {
    const asked = outcomes.filter(({ proves }) => proves.includes(experiment));
    if (asked.some(({ result }) => drillsOf(result, experiment).some(hasVerdict))) return [];
    const sentence = mustBeProven[experiment] ?? `not proven: ${experiment} reached no verdict on any cluster`;
    return [[`${sentence}:`, ...asked.flatMap((outcome) => reasons(outcome, experiment))].join('\n  ')];
  });
}

function drillsOf({ drills = [] }: StepResult, experiment: string): readonly Drill[] {
  return drills.filter((drill) => drill.experiment === experiment);
}

function hasVerdict({ attempts }: Drill): boolean {
  return attempts.some(({ result }) => result === 'pass' || result === 'fail');
}

function reasons({ name, result }: StepOutcome, experiment: string): readonly string[] {
  const drills = drillsOf(result, experiment);
  if (drills.length > 0) return drills.flatMap(attemptLines);
  const why = result.failures === undefined ? 'nothing says why' : firstLines(result.failures, 1).split('\n')[0];
  return [`step "${name}": it did not come to that: ${why ?? ''}`];
}
