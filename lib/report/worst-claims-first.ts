import type { ClaimVerdict } from '../judge/verdict.ts';

/** Broken claims lead every report; within a result the hypothesis' order stays. */
export function worstClaimsFirst(claims: readonly ClaimVerdict[]): readonly ClaimVerdict[] {
  return claims.toSorted((a, b) => rank[a.result] - rank[b.result]);
}

const rank = { fail: 0, inconclusive: 1, pass: 2 } as const;
