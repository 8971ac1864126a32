import { z } from 'zod';
import { resolverSchema, siteNameSchema } from '../journal/entry.ts';
import { abortConditionSchema } from './abort-condition.ts';
import { allowedContextSchema } from './allowed-context.ts';
import { durationSchema, hour, millisecond } from './duration.ts';
import { embeddedSettingsSchema, ipv4 } from './embedded-settings.ts';
import { keepRunsSchema } from './keep-runs.ts';
import { kindSettingsSchema } from './kind-settings.ts';

/** At most a day: a timer of Node.js can't wait for more than 24 days, and runs out at once then. */
const duration = (text: string, { atLeastNs = 0 } = {}) =>
  durationSchema
    .refine((ns) => ns >= atLeastNs, { error: `must be at least ${atLeastNs / millisecond} ms`, abort: true })
    .refine((ns) => ns <= 24 * hour, { error: 'must be at most 24 h' })
    .prefault(text);

/** A span in which something must happen. */
const span = (text: string) => duration(text, { atLeastNs: millisecond });

const clusterSchema = z.strictObject({
  /**
   * `embedded`: the real Kubernetes that this project boots by itself. `kind`: a kind cluster of its own, with Docker or podman. `existing`: one that
   * somebody else runs. `auto`: kind where an engine answers that has a node image, else embedded.
   */
  provider: z.enum(['auto', 'kind', 'embedded', 'existing']).default('auto'),
  kind: kindSettingsSchema.prefault({}),
  embedded: embeddedSettingsSchema.prefault({}),
  existing: z
    .strictObject({
      kubeconfig: z.string().optional(),
      /** `in-cluster`: the ServiceAccount of the pod that the suite runs in. */
      context: z.string().optional(),
      /** Nodes carry this label with their site's name as value. */
      siteLabel: z.string().default('nodelocal-drill.dev/site'),
      /** Only nodes that have these labels too get anything of the suite. */
      nodeSelector: z.record(z.string(), z.string()).default({}),
      /** At most so many nodes are under test; of more sites the first, in the order of `sites`. Unset: one for each site. */
      maxNodes: z.number().int().min(1).optional(),
      /** Cordon the nodes under test and evict their pods before anything is broken; uncordoned at the end. */
      drainFirst: z.boolean().default(false),
      /** … also pods with emptyDir volumes, whose data is gone then. */
      drainEmptyDir: z.boolean().default(false),
    })
    .prefault({}),
});

const nodeLocalSchema = z
  .strictObject({
    /** The address that node-cache listens on; that of the project's own cluster unless given. */
    localIp: ipv4.optional(),
    /** Path of an image archive (`docker save`, OCI) with the real node-cache, for the project's own clusters. */
    image: z.string().optional(),
    /** Path of a node-cache program; the embedded cluster makes an image of it. */
    binary: z.string().optional(),
    namespace: z.string().default('kube-system'),
    /** Label selector of node-cache's pods. */
    selector: z.string().default('k8s-app=node-local-dns'),
    /** The link that node-cache makes or adopts (its flag `-interfacename`). */
    link: z.string().default('nodelocaldns'),
    /** Name of its process as in /proc/PID/comm. */
    comm: z.string().default('node-cache'),
  })
  .refine(({ binary, image }) => binary === undefined || image === undefined, {
    error: 'both binary and image are set: which of them is node-cache? Leave one out',
  });

/** Names that probes look up. The kind says what a name is to the cluster; only `service-short` goes through the search list. */
const queryNameSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/, {
      error: (issue) => `"${String(issue.input)}" is not a DNS name such as www.example.com`,
    }),
  kind: z.enum(['external', 'service', 'service-short']).default('external'),
});

/** The set-ups that probes come in, by the name of their dnsConfig (lib/probe/dns-configs.ts). */
export const presetSchema = z.enum(['single', 'single-2s', 'fallback', 'fallback-upstream', 'stock']);

const probesSchema = z
  .strictObject({
    /** The image with all probe programs and the node agent. */
    image: z.string().default('localhost/nodelocal-drill-probe:1'),
    /** A registry with a path, in place of what `image` has before its last slash: a mirror of one's own. */
    imagePrefix: z
      .string()
      .regex(/^[^\s/]+(\/[^\s/]+)*$/, {
        error: (issue) => `"${String(issue.input)}" is no prefix such as registry.example/dns`,
      })
      .optional(),
    namespace: z.string().default('nodelocal-drill'),
    resolvers: z
      .array(resolverSchema.exclude(['wire']))
      .min(1)
      .default(['glibc', 'musl', 'go', 'c-ares']),
    dnsConfigs: z.array(presetSchema).min(1).default(['single', 'single-2s', 'fallback', 'fallback-upstream', 'stock']),
    /**
     * Combinations `<dnsConfig>/<resolver>` that get no busy probe: fewer that are on time say more than many that are late. The
     * default leaves out those that differ least from their neighbours; with all, two cores were busy to 90 % and p99 lateness was 107 ms,
     * without these 47 ms, beside other work.
     */
    leaveOut: z
      .array(z.templateLiteral([presetSchema, '/', resolverSchema]))
      .default(['single-2s/musl', 'single-2s/go', 'single-2s/c-ares', 'stock/musl', 'stock/go', 'stock/c-ares']),
    /** On a site of its own nothing is broken: one dnsConfig is enough to see that. */
    controlDnsConfigs: z.array(z.enum(['stock', 'fallback-upstream'])).default(['stock']),
    names: z
      .array(queryNameSchema)
      .min(1)
      .default([{ name: 'www.example.com', kind: 'external' }]),
    busyInterval: duration('50 ms', { atLeastNs: 10 * millisecond }),
    quietInterval: duration('3 s', { atLeastNs: 10 * millisecond }),
    /** One glibc probe for each of these asks seldom: a quiet client meets refusals where a busy one meets silence. */
    quietDnsConfigs: z
      .array(z.enum(['single', 'single-2s', 'fallback', 'fallback-upstream', 'stock']))
      .default(['single', 'fallback-upstream']),
    /** Lookups of one probe under way at once; one that is due beyond that is recorded as `unsent`. */
    maxInFlight: z.number().int().min(1).max(4096).default(512),
    ndots: z.number().int().min(0).max(15).default(2),
    /**
     * `auto`: where the warm-up shows that the machine can't do all of it (late probes, a journal that lags, cores that are full), the drill asks less before the
     * baseline: without the combinations that no claim needs, then half as often; it says so. `fixed`: all that is planned, whatever comes of it.
     */
    fit: z.enum(['auto', 'fixed']).default('auto'),
    /** How many pods are created or awaited at once. */
    deployAtOnce: z.number().int().min(1).default(12),
  })
  .superRefine(({ names, ndots }, context) => {
    for (const [i, { name, kind }] of names.entries()) {
      if (kind === 'service-short' || name.endsWith('.') || name.split('.').length > ndots) continue;
      context.addIssue({
        code: 'custom',
        path: ['names', i, 'name'],
        message: `"${name}" has fewer dots than probes.ndots (${ndots}), so that the search list would come first: write "${name}." or give it kind: 'service-short'`,
      });
    }
  })
  .transform((probes) => ({ ...probes, image: underPrefix(probes.image, probes.imagePrefix) }));

function underPrefix(image: string, prefix: string | undefined): string {
  return prefix === undefined ? image : `${prefix}/${image.slice(image.lastIndexOf('/') + 1)}`;
}

const timingSchema = z.strictObject({
  /** From the last probe's start to the baseline: starting pods makes probes late. */
  warmUp: duration('10 s'),
  baseline: span('10 s'),
  /** After the first kill; longer than the longest lookup that it can catch with one nameserver and the default timeout. */
  recovery: span('15 s'),
  /** After node-cache is back from the back-off. */
  afterBack: duration('8 s'),
  /** No fault: how long nothing is done. */
  quietDrill: span('20 s'),
  /** For lookups in flight at the end. */
  drain: duration('45 s'),
  /** For probes and agents to run. */
  podsReady: span('90 s'),
  /** For the evidence of a fault: kubelet's back-off after a second kill is 10 to 15 s. */
  confirm: span('60 s'),
  /** For the pods of a node under test to leave it, where `cluster.existing.drainFirst` is set; PodDisruptionBudgets may hold them. */
  evict: span('5 min'),
  /** For each undo. */
  undo: span('60 s'),
  /** The whole drill, and so the agent's own limit. */
  drill: span('10 min'),
});

const thresholdsSchema = z.strictObject({
  /** An independent second nameserver: lookups that may fail. */
  fallbackFailedLookups: z.number().int().nonnegative().default(0),
  /** … and what the slowest may take beyond its `timeout:`. */
  fallbackOverTimeout: duration('500 ms'),
  /** c-ares in Node looks at its timers once a second only. */
  fallbackOverTimeoutCAres: duration('1.5 s'),
  controlFailedLookups: z.number().int().nonnegative().default(0),
  /** Without a fault: the slowest lookup of any probe, and the failed ones. */
  noFaultSlowest: duration('1 s'),
  noFaultFailedLookups: z.number().int().nonnegative().default(0),
});

const evidenceSchema = z.strictObject({
  /** Lookups that may fail in the baseline, over all probes. */
  baselineFailures: z.number().int().nonnegative().default(0),
  /** Least number of lookups of each busy probe between a fault and the end of its recovery. */
  lookupsInWindow: z.number().int().nonnegative().default(100),
  /** Lateness p99 of each probe must not exceed its interval times this. */
  latenessIntervals: z.number().positive().default(1),
  /** Packets are captured in the probes' network namespaces, to know who answered. */
  capture: z.boolean().default(true),
});

/** How far two sets of runs may lie apart and still be called the same (`nodelocal-drill compare`). */
const compareSchema = z.strictObject({
  /**
   * For set-ups that feel it when node-cache is gone, beyond what the time gone explains: kubelet's restart back-off alone makes up to 5 s
   * between one second kill and another (10 s times 1.0 to 1.5, `wait.Jitter` in pod_workers.go). Between five equal runs the rest was
   * 1.6 s at most (docs/comparing.md). Where the time gone was not seen, nothing is explained, and this margin is too close on purpose.
   */
  margin: duration('2 s'),
  /** For set-ups that a claim bounds: the slack that `thresholds.fallbackOverTimeout` gives them. */
  heldMargin: duration('500 ms'),
});

/** What of earlier runs stays in results/. */
const resultsSchema = z.strictObject({
  /**
   * How many runs, an age such as `30 days`, or `all`. Older ones are removed at the end of a run, but never the newest that passed, the newest
   * that failed, one that is still being written, what git tracks, and a run whose folder was given another name (results/README.md).
   */
  keep: keepRunsSchema.prefault(50),
});

/** drill.config.ts: all that can be set, with defaults that make the main drill run on the embedded cluster. */
export const drillConfigSchema = z.strictObject({
  cluster: clusterSchema.prefault({}),
  /** kubeconfig contexts whose DNS may be broken, with their cluster's UID or without; any other is refused before the first request. */
  allowContexts: z.array(allowedContextSchema).default([]),
  /** What ends a run early, and has it undone, when it turns bad (docs/harm.md). */
  abortWhen: z.array(abortConditionSchema).default([]),
  nodeLocal: nodeLocalSchema.prefault({}),
  /** Sites that are used; those that the cluster lacks are left out. */
  sites: z.array(siteNameSchema).min(1).default(['both', 'link-local', 'control']),
  probes: probesSchema.prefault({}),
  timing: timingSchema.prefault({}),
  thresholds: thresholdsSchema.prefault({}),
  evidence: evidenceSchema.prefault({}),
  compare: compareSchema.prefault({}),
  results: resultsSchema.prefault({}),
});

/** Durations are in nanoseconds. */
export type DrillConfig = z.output<typeof drillConfigSchema>;
/** As a user writes it: durations are strings with a unit, everything may be left out. */
export type DrillConfigInput = z.input<typeof drillConfigSchema>;

/** Gives drill.config.ts its types; it is checked when it is loaded. */
export function defineConfig(config: DrillConfigInput): DrillConfigInput {
  return config;
}
