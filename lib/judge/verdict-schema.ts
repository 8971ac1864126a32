import { z } from 'zod';
import { dnsConfigSchema, headSchema, resolverSchema, siteNameSchema } from '../journal/entry.ts';

/**
 * The schema of verdict.json, published as docs/schemas/verdict.schema.json; what it says of a field is what readers of that file
 * are told. Every time and length is in nanoseconds.
 */
const ns = z.number();

export const resultSchema = z
  .enum(['pass', 'inconclusive', 'fail'])
  .describe('Worst first wins: fail, then inconclusive, then pass.');

export const outageSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('none'),
      couldHideNs: ns.describe(
        'An outage shorter than this could have passed between two lookups: the largest distance of good due times.',
      ),
    }),
    z.strictObject({
      kind: z.literal('outage'),
      atLeastNs: ns.describe('First to last bad due time.'),
      atMostNs: ns
        .nullable()
        .describe(
          'Last good due time before to first good due time after, widened by the lateness of the probe; null: not recovered.',
        ),
      firstBadDueNs: ns,
      lastBadDueNs: ns,
      goodBeforeDueNs: ns.nullable(),
      goodAfterDueNs: ns.nullable(),
      parts: z
        .array(z.strictObject({ fromNs: ns, toNs: ns, lookups: z.number() }))
        .describe('Pieces separated by three or more good lookups in a row.'),
      badNs: ns.describe('Sum of the lengths of the parts, each from its first to its last bad due time.'),
    }),
  ])
  .describe(
    'One outage of one probe by one fault, at one deadline. From samples it is only known between two bounds; no bad lookup is kind none.',
  );

export const latencySummarySchema = z.strictObject({
  lookups: z
    .number()
    .describe(
      'Lookups that this counts, unsent ones excluded; afterFaults has those under way at the first injection too.',
    ),
  answered: z.number(),
  failed: z.number(),
  abandoned: z.number(),
  unsent: z.number(),
  p50Ns: ns.nullable().describe('Latency from the due time, over answered, failed and abandoned; null without any.'),
  p99Ns: ns.nullable(),
  worstNs: ns.nullable(),
  errors: z.record(z.string(), z.number()).describe('Failed lookups by the error that the resolver gave.'),
});

export const faultImpactSchema = z
  .strictObject({
    fault: z.number(),
    injectedNs: ns,
    hard: outageSchema.describe('Without deadline: lookups that failed or were abandoned.'),
    impatient: outageSchema.describe('Deadline 1 s: those, and lookups slower than 1 s.'),
    latency: latencySummarySchema,
  })
  .describe(
    'What one probe felt of one fault. Fault 0 stands for a journal without any: the whole watch from the baseline on.',
  );

export const predictionSchema = z.strictObject({
  worstNs: ns.describe('What the slowest lookup takes if every query to a closed port is met with silence.'),
  leastNs: ns.describe("What it takes at least; 0 where the node's refusals may end any wait."),
  failures: z.boolean().describe('Whether some lookups fail then.'),
  agrees: z.boolean(),
  why: z.string(),
});

export const provenanceSchema = z.strictObject({
  phase: z.string(),
  servers: z.array(z.strictObject({ server: z.string(), lookups: z.number() })),
});

export const probeVerdictSchema = z
  .strictObject({
    probe: z.string(),
    site: siteNameSchema,
    node: z.string(),
    dnsConfig: dnsConfigSchema,
    resolver: resolverSchema,
    resolverVersion: z.string(),
    rate: z.enum(['busy', 'quiet']),
    intervalNs: ns,
    queryName: z.string(),
    nameKind: z.string(),
    baseline: latencySummarySchema,
    afterFaults: latencySummarySchema,
    impacts: z.array(faultImpactSchema),
    mark: z
      .enum(['holds', 'thin', 'broken', 'felt', 'not-felt', 'measured'])
      .describe(
        'holds, thin or broken by the claims that choose this probe; felt or not-felt for must-feel; measured when none does.',
      ),
    latenessP99Ns: ns,
    latenessMaxNs: ns,
    predicted: predictionSchema
      .nullable()
      .describe(
        'What the model says that the slowest lookup may take, and whether the measurement agrees; null: not predicted.',
      ),
    answeredBy: z
      .array(provenanceSchema)
      .nullable()
      .describe(
        'Per phase (baseline, fault 1, …): good lookups by the server that answered; null when nothing was captured.',
      ),
  })
  .describe('One cell of the matrix: one probe.');

const share = z.number().nullable().describe('From 0 to 1.');

export const thresholdVerdictSchema = z.strictObject({
  metric: z.string(),
  setting: z.string(),
  probe: z.string(),
  measured: z.number().nullable().describe('In the unit; null: not recovered, so above any limit.'),
  limit: z.number(),
  unit: z.enum(['ns', 'lookups']),
  holds: z.boolean(),
  thin: z.boolean().describe('Holds by less than a tenth of the limit.'),
});

export const claimVerdictSchema = z.strictObject({
  name: z.string(),
  claim: z.string(),
  why: z.string(),
  result: resultSchema,
  thresholds: z.array(thresholdVerdictSchema).describe('Worst first.'),
});

export const checkSchema = z
  .strictObject({
    name: z.string(),
    bound: z.string(),
    found: z.string(),
    result: z.enum(['ok', 'missed', 'not-measured']),
    advice: z.string().describe('For a missed one: likely cause and what to do next.'),
  })
  .describe('One assumption that must hold before a claim counts, or a rule that is not measured here.');

export const recoveryStepSchema = z
  .strictObject({
    step: z.string(),
    atNs: ns.nullable().describe('Since the fault was injected; null: not seen.'),
    whatChangesIt: z.string().describe('Which knob changes this step.'),
  })
  .describe('One step of a recovery: signal, process gone, process started, :53 bound, first wire answer, …, Ready.');

export const faultVerdictSchema = z.strictObject({
  fault: z.number(),
  kind: z.string(),
  site: siteNameSchema,
  node: z.string(),
  injectedNs: ns,
  confirmed: z.boolean(),
  detail: z.string(),
  recovery: z.array(recoveryStepSchema),
});

export const verdictSchema = z
  .strictObject({
    schema: z.literal(1),
    head: headSchema,
    result: resultSchema,
    sentence: z.string().describe('Who lost what, how long, under which condition.'),
    consequence: z.string().describe('One consequence or next step.'),
    durationNs: ns,
    lookups: z.number(),
    fit: z
      .strictObject({
        what: z.string().describe('What was asked in place of the plan.'),
        reason: z.string().describe('What the warm-up showed.'),
        leftOut: z.array(z.string()).describe('Names of probes.'),
        slower: z.number().describe('Busy probes asked so many times less often than planned.'),
      })
      .nullable()
      .describe('Where the machine could not do all that was planned; null: it could.'),
    machine: z
      .strictObject({
        cpuBusy: share,
        cpuPressure: share.describe('PSI, cpu, some: the part of the time in which a task waited for a core.'),
        cpuSteal: share,
      })
      .describe('From the baseline to the end, of the busiest node; null where it was not told.'),
    claims: z.array(claimVerdictSchema),
    mustFeel: z.array(
      z.strictObject({
        of: z.string(),
        fault: z.number(),
        felt: z.boolean(),
        why: z.string(),
        detail: z.string(),
      }),
    ),
    checks: z.array(checkSchema),
    probes: z.array(probeVerdictSchema),
    faults: z.array(faultVerdictSchema),
    advice: z
      .array(z.strictObject({ text: z.string(), basis: z.enum(['measured', 'predicted']) }))
      .describe('What to change, measured and merely predicted kept apart.'),
  })
  .describe('The verdict on one experiment: everything that the reports need.');
