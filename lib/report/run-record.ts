import { z } from 'zod';
import type { DeepReadonly } from '../journal/deep-readonly.ts';
import { clusterFactsSchema } from '../journal/entry.ts';

const runStateSchema = z
  .enum(['pass', 'fail', 'inconclusive', 'aborted', 'broken', 'skipped'])
  .describe('How it ended; only pass is a pass.');

/** What of the cluster is not as it was before the run. */
export const endStateSchema = z.strictObject({
  differences: z.array(
    z.strictObject({
      what: z.string(),
      ours: z
        .boolean()
        .describe(
          'True: left behind by the suite, which makes the result broken. False: somebody may have changed it.',
        ),
    }),
  ),
});

export type EndState = DeepReadonly<z.infer<typeof endStateSchema>>;

/** run.json, published as docs/schemas/run.schema.json. */
export const runRecordSchema = z
  .strictObject({
    schema: z.literal(1),
    runId: z.string().describe('The UTC time of its start, which is also the name of its folder.'),
    commandLine: z.string(),
    commit: z.string().nullable().describe('Of the suite; null outside of a git checkout.'),
    suiteVersion: z.string().nullable(),
    startedAtUtc: z.string().nullable().describe('Start of the first experiment; null when none began.'),
    result: runStateSchema.describe('The worst of all experiments.'),
    exitCode: z
      .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])
      .describe('0 pass, 1 fail, 2 inconclusive, 3 the suite or the cluster broke.'),
    cluster: clusterFactsSchema.nullable().describe('What is known of the cluster; null when no experiment began.'),
    experiments: z.array(
      z.strictObject({
        experiment: z.string(),
        title: z.string(),
        result: runStateSchema,
        sentence: z.string().describe('What came of it, or why there is no verdict.'),
      }),
    ),
    endState: endStateSchema
      .nullable()
      .optional()
      .describe('The cluster after the run, compared with before; null or absent where it was not compared.'),
  })
  .describe('What a run was, and how it ended.');

/** run.json: what a run was, and how it ended; the command line takes its exit code from here. */
export type RunRecord = DeepReadonly<z.infer<typeof runRecordSchema>>;
