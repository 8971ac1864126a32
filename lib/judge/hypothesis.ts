import { z } from 'zod';
import { resolverSchema, siteNameSchema } from '../journal/entry.ts';

/** Chooses probes; what is left out matches all. Probes of the control site are chosen only by `site: 'control'`. */
const selectorSchema = z.strictObject({
  site: siteNameSchema.optional(),
  dnsConfig: z.string().optional(),
  /** One, or several: `['glibc', 'musl', 'go']`. */
  resolver: z.union([resolverSchema, z.array(resolverSchema).readonly()]).optional(),
  rate: z.enum(['busy', 'quiet']).optional(),
  nameKind: z.string().optional(),
});

/**
 * One bound that every chosen probe must keep.
 * - `failed-lookups`: number of lookups that failed or were abandoned, of all that belong to a fault, in flight at the injection or due later
 * - `slowest-lookup`: worst latency from the due time, of the same; `limit` in ns, or `over-timeout`: the dnsConfig's `timeout:` (or the resolver's default) plus `limitNs`
 * - `outage`: the at-most bound, at `deadlineNs` (null: hard outage), of the worst fault; `limitNs` in ns
 */
const thresholdSchema = z.discriminatedUnion('metric', [
  z.strictObject({
    metric: z.literal('failed-lookups'),
    of: selectorSchema,
    atMost: z.number().int().nonnegative(),
    setting: z.string(),
  }),
  z.strictObject({
    metric: z.literal('slowest-lookup'),
    of: selectorSchema,
    limitNs: z.number().nonnegative(),
    /** When true `limitNs` is added to the timeout of the probe's dnsConfig. */
    overTimeout: z.boolean(),
    setting: z.string(),
  }),
  z.strictObject({
    metric: z.literal('outage'),
    of: selectorSchema,
    deadlineNs: z.number().positive().nullable(),
    limitNs: z.number().nonnegative(),
    setting: z.string(),
  }),
]);

/** A named set of thresholds that holds when all of them do. `why`: the reason to expect that, in one or two sentences. */
const claimSchema = z.strictObject({
  name: z.string(),
  claim: z.string(),
  why: z.string(),
  thresholds: z.array(thresholdSchema),
});

/** Probes that are known to be unsafe: if they do not feel fault number `fault`, the run proves nothing (inconclusive). */
const mustFeelSchema = z.strictObject({
  of: selectorSchema,
  fault: z.number().int().positive(),
  why: z.string(),
});

/** What the evidence must reach before a pass counts. */
const evidenceLimitsSchema = z.strictObject({
  /** Lookups that may fail in the baseline, over all probes. */
  baselineFailures: z.number().int().nonnegative(),
  /** Least number of lookups of each busy probe between a fault and the end of its recovery. */
  lookupsInWindow: z.number().int().nonnegative(),
  /** Lateness p99 must not exceed the probe's interval times this. */
  latenessIntervals: z.number().positive(),
});

export const hypothesisSchema = z.strictObject({
  claims: z.array(claimSchema),
  mustFeel: z.array(mustFeelSchema),
  evidence: evidenceLimitsSchema,
});

export type Selector = Readonly<z.infer<typeof selectorSchema>>;
export type Threshold = Readonly<z.infer<typeof thresholdSchema>>;
export type Claim = Readonly<z.infer<typeof claimSchema>>;
export type MustFeel = Readonly<z.infer<typeof mustFeelSchema>>;
export type Hypothesis = Readonly<z.infer<typeof hypothesisSchema>>;
