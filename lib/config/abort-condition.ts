import { z } from 'zod';
import { durationSchema, millisecond } from './duration.ts';

const every = (text: string) =>
  durationSchema
    .refine((ns) => ns >= 100 * millisecond && ns <= 3_600_000 * millisecond, { error: 'must be 100 ms to 1 h' })
    .prefault(text);

/** What ends a run early when it turns bad: it must be good before anything is broken, and is watched from then on. */
export const abortConditionSchema = z.discriminatedUnion('watch', [
  z.strictObject({
    watch: z.literal('prometheus'),
    /** Without `/api/v1/query`. */
    url: z.url({ protocol: /^https?$/, error: 'must be a URL such as http://prometheus:9090' }),
    /** Bad as soon as it gives a sample, as an alerting rule is: `sum(rate(http_errors_total[1m])) > 5`. */
    query: z.string().min(1),
    every: every('5 s'),
  }),
  z.strictObject({
    watch: z.literal('pods'),
    namespace: z.string().min(1),
    /** Label selector. */
    selector: z.string().min(1),
    /** More than so many that are not Ready are bad; so is it when there is no such pod at all. */
    atMostNotReady: z.number().int().min(0).default(0),
    every: every('2 s'),
  }),
  z.strictObject({
    watch: z.literal('control'),
    /** More failed lookups than that of the probes on the untouched node are bad. */
    atMostFailed: z.number().int().min(0).default(0),
    every: every('500 ms'),
  }),
]);

/** Durations are in nanoseconds. */
export type AbortCondition = Readonly<z.output<typeof abortConditionSchema>>;
