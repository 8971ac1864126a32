import type { ClaimComparison, ClaimCount } from './comparison.ts';
import type { MeasuredClaim, MeasuredRun } from './measured-run.ts';

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
    const [made, madeAfter] = [claimsOf(before, title, name), claimsOf(after, title, name)];
    const [own, others] = [countOf(made), countOf(madeAfter)];
    const why = whyNotComparable(made, madeAfter);
    const alike = (own?.broken ?? 0) > 0 === (others?.broken ?? 0) > 0;
    const outcome = why === '' ? (alike ? 'same' : 'differs') : 'not-comparable';
    return { title, name, claim, before: own, after: others, outcome, why };
  });
}

function claimsOf(runs: readonly MeasuredRun[], title: string, name: string): readonly MeasuredClaim[] {
  return runs
    .filter((run) => run.title === title)
    .flatMap(({ claims }) => claims.filter((claim) => claim.name === name));
}

/** Null when no run of the side makes the claim. */
function countOf(claims: readonly MeasuredClaim[]): ClaimCount | null {
  if (claims.length === 0) return null;
  return { runs: claims.length, broken: claims.filter(({ result }) => result === 'fail').length };
}

/** Empty when it can be compared. */
function whyNotComparable(before: readonly MeasuredClaim[], after: readonly MeasuredClaim[]): string {
  if (after.length === 0) return 'only before';
  if (before.length === 0) return 'only after';
  const limits = (claims: readonly MeasuredClaim[]) => [...new Set(claims.map((claim) => claim.limits))].sort();
  const [own, others] = [limits(before), limits(after)];
  const alike = new Set([...own, ...others]).size === 1;
  return alike ? '' : `held to other limits: ${own.join(' or ')} before, ${others.join(' or ')} after`;
}
