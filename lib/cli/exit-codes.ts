import type { Result } from '../judge/verdict.ts';

/** Exit codes of the command line (docs/architecture.md): what a script may rely on. 64 is EX_USAGE of sysexits.h. */
export const exitCodes = { pass: 0, fail: 1, inconclusive: 2, broken: 3, usage: 64 } as const satisfies Record<
  Result | 'broken' | 'usage',
  number
>;
