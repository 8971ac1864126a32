import { z } from 'zod';
import type { AbortCondition } from '../../config/abort-condition.ts';
import type { Condition } from './condition.ts';
import { deadlineSignal } from '../../time/deadline-signal.ts';

const sampleSchema = z.looseObject({
  metric: z.record(z.string(), z.string()).default({}),
  value: z.tuple([z.number(), z.string()]).optional(),
});

/** Prometheus' HTTP API, "Instant queries" (prometheus.io/docs/prometheus/latest/querying/api). */
const answerSchema = z.discriminatedUnion('status', [
  z.looseObject({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.looseObject({ resultType: z.literal('vector'), result: z.array(sampleSchema) }),
      z.looseObject({ resultType: z.literal('scalar'), result: z.tuple([z.number(), z.string()]) }),
    ]),
  }),
  z.looseObject({ status: z.literal('error'), error: z.string() }),
]);

const oneQueryMs = 5_000;

/** Bad as soon as the query gives a sample, as an alerting rule is; a scalar is bad unless it is 0. */
export function prometheusCondition({
  url,
  query,
  every,
}: Extract<AbortCondition, { watch: 'prometheus' }>): Condition {
  const target = new URL(`${url.replace(/\/$/, '')}/api/v1/query`);
  target.searchParams.set('query', query);
  return {
    name: `${query} (Prometheus at ${url})`,
    everyNs: every,
    ask: async (signal) => {
      const response = await fetch(target, {
        signal: AbortSignal.any([signal, deadlineSignal(oneQueryMs * 1e6, `no answer within ${oneQueryMs / 1000} s`)]),
      });
      const answer = answerSchema.safeParse(await response.json().catch(() => null));
      if (!answer.success) throw new Error(`it answers ${response.status}, and no result of a query`);
      if (answer.data.status === 'error') throw new Error(`it refuses the query: ${answer.data.error}`);
      const { data } = answer.data;
      if (data.resultType === 'scalar') return Number(data.result[1]) === 0 ? null : `it is ${data.result[1]}`;
      const [first] = data.result;
      if (first === undefined) return null;
      const labels = Object.entries(first.metric).map(([key, value]) => `${key}="${value}"`);
      const more = data.result.length === 1 ? '' : `, and ${data.result.length - 1} more`;
      return `it gives {${labels.join(', ')}} ${first.value?.[1] ?? ''}${more}`;
    },
  };
}
