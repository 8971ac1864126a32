import type { ClaimComparison, ClaimCount, Outcome } from './comparison.ts';
import type { MeasuredRun } from './measured-run.ts';

/** Every claim that any run makes, with the number of runs that broke it. */
export function compareClaims(
  before: readonly MeasuredRun[],
  after: readonly MeasuredRun[],
): readonly ClaimComparison[] {
  const all = [...before, ...after].flatMap(({ title, claims }) => claims.map((claim) => ({ title, ...claim })));
  const distinct = [...Map.groupBy(all, ({ title, name }) => `${title}\n${name}`).values()];
  return distinct.flatMap(([first]) => {
    if (first === undefined) return [];
    const { title, name, claim } = first;
    const [own, others] = [countOf(before, title, name), countOf(after, title, name)];
    return { title, name, claim, before: own, after: others, outcome: outcomeOf(own, others) };
  });
}

/** Null when no run of the side makes the claim. */
function countOf(runs: readonly MeasuredRun[], title: string, name: string): ClaimCount | null {
  const made = runs
    .filter((run) => run.title === title)
    .flatMap(({ claims }) => claims.filter((claim) => claim.name === name));
  if (made.length === 0) return null;
  return { runs: made.length, broken: made.filter(({ result }) => result === 'fail').length };
}

function outcomeOf(before: ClaimCount | null, after: ClaimCount | null): Outcome {
  if (before === null || after === null) return 'not-comparable';
  return before.broken > 0 === after.broken > 0 ? 'same' : 'differs';
}
