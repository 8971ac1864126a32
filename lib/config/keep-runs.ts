import { z } from 'zod';

/** Which runs stay: the newest so many, those that began within so many days, or all. */
export type KeepRuns = { readonly runs: number } | { readonly days: number } | 'all';

const error = ({ input }: { readonly input?: unknown }) =>
  `"${String(input)}" says not which runs stay: write how many, such as 50, an age such as '30 days', or 'all'`;

const age = z
  .templateLiteral([z.number(), z.enum([' days', ' day'])])
  .refine((text) => /^[1-9]\d* /.test(text), { error });

/** A number of runs, an age such as `30 days`, or `all`. No run and no day are refused: the newest would go before it was read. */
export const keepRunsSchema = z
  .union([z.number().int().min(1), z.literal('all'), age], { error })
  .transform((keep): KeepRuns => {
    if (keep === 'all') return keep;
    return typeof keep === 'number' ? { runs: keep } : { days: Number.parseInt(keep, 10) };
  });

/** As it is written in drill.config.ts. */
export function keepInWords(keep: KeepRuns): string {
  if (keep === 'all') return keep;
  return 'runs' in keep ? String(keep.runs) : `${keep.days} ${keep.days === 1 ? 'day' : 'days'}`;
}
