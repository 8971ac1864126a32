import { z } from 'zod';
import type { DeepReadonly } from './deep-readonly.ts';

/**
 * The journal's lines. Every time is an absolute CLOCK_MONOTONIC reading in nanoseconds (`…Ns`) of the machine whose
 * boot ID stands in the same journal; the numbers stay exact as doubles for 104 days of uptime, and within 2 ns after that.
 */
const timeNs = z.number().nonnegative();

/** A site is a node in a role: under test (with its listen mode), or the control. */
export const siteNameSchema = z.enum(['both', 'link-local', 'control']);

/** Which program resolves: a C library's or runtime's own resolver, or single queries sent to one nameserver (`wire`). */
export const resolverSchema = z.enum(['glibc', 'musl', 'go', 'c-ares', 'wire']);

/**
 * One lookup of one probe.
 * - `answered`: the resolver returned at least one address
 * - `failed`: the resolver returned an error; `error` holds its code (EAI_AGAIN, ETIMEOUT, SERVFAIL, …)
 * - `abandoned`: the lookup had not returned when the probe had to stop; `endNs` is when it was given up
 * - `unsent`: it was due, and not started, because too many earlier ones were in flight
 */
const outcomeSchema = z.enum(['answered', 'failed', 'abandoned', 'unsent']);

export const observationSchema = z.strictObject({
  type: z.literal('observation'),
  probe: z.string(),
  /** Counts the probe's due times from 0 without a hole: a missing number is a lost line. */
  seq: z.number().int().nonnegative(),
  dueNs: timeNs,
  /** When the lookup really began; equals `dueNs` for `unsent`. `startNs - dueNs` is the probe's lateness. */
  startNs: timeNs,
  endNs: timeNs,
  outcome: outcomeSchema,
  answers: z.array(z.string()),
  error: z.string().nullable(),
});

/**
 * Lookups of one probe, as it printed them: several in one line, which costs the way from probe to journal some twentieth of a line for each. `rows` holds four
 * numbers for each lookup, one after the other: its `seq` less that of the batch; its lateness (start less due) in ns; what it took (end less
 * start) in ns; and what came of it: an index into `results`, or -1 for `unsent`, -2 for `abandoned`. A lookup was due `intervalNs` times the first of these after `dueNs`.
 */
export const lookupBatchSchema = z.strictObject({
  type: z.literal('lookups'),
  probe: z.string(),
  /** Of the lookup that `dueNs` belongs to, and that `rows` count from. */
  seq: z.number().int().nonnegative(),
  dueNs: timeNs,
  intervalNs: z.number().positive(),
  /** Addresses that were answered, or the code of an error. */
  results: z.array(z.union([z.array(z.string()), z.string()])),
  rows: z.array(z.number()),
});

/** How a pod's resolv.conf comes about, and what it says. */
export const dnsConfigSchema = z.strictObject({
  /** `single`, `single-2s`, `fallback`, `fallback-upstream`, `stock`, or for wire probes `ask-<nameserver>`. */
  name: z.string(),
  nameservers: z.array(z.string()),
  searches: z.array(z.string()),
  ndots: z.number().int(),
  /** `timeout:` in seconds; the resolver's default (5 s in glibc, musl and Go) when null. */
  timeoutS: z.number().int().nullable(),
  attempts: z.number().int().nullable(),
  /** True when the pod's policy is ClusterFirst and the lines above were read from the running pod. */
  stock: z.boolean(),
});

const probeSchema = z.strictObject({
  type: z.literal('probe'),
  /** `<site>/<dnsConfig>/<resolver>/<busy|quiet>`, unique in the journal; a further name adds `/<name>`. */
  probe: z.string(),
  site: siteNameSchema,
  node: z.string(),
  dnsConfig: dnsConfigSchema,
  resolver: resolverSchema,
  /** What the program says of itself: `glibc 2.36`, `musl 1.2.5`, `go1.26.8`, `c-ares 1.34.6 (Node.js v24.21.0)`. */
  resolverVersion: z.string(),
  rate: z.enum(['busy', 'quiet']),
  intervalNs: z.number().positive(),
  /** The name that is looked up, as given to the resolver. */
  queryName: z.string(),
  /** What the name is to the cluster: `external`, `service` (full name), `service-short` (through the search list). */
  nameKind: z.string(),
  pod: z.strictObject({ namespace: z.string(), name: z.string(), uid: z.string(), ip: z.string() }),
});

/** A mark of the plan: what the recorder is doing from this moment on. `fault` counts from 1. */
const phaseSchema = z.strictObject({
  type: z.literal('phase'),
  atNs: timeNs,
  phase: z.enum(['warm-up', 'baseline', 'fault', 'recovery', 'draining', 'end']),
  /** For `fault` and `recovery`: the fault's number, from 1. */
  fault: z.number().int().nullable(),
});

/** One injection at one site. A fault hits every site under test within milliseconds; each site has an entry of its own. */
const faultSchema = z.strictObject({
  type: z.literal('fault'),
  /** Number of the injection, from 1; equal for the sites that are hit together. */
  fault: z.number().int().positive(),
  kind: z.string(),
  site: siteNameSchema,
  node: z.string(),
  event: z.enum(['injected', 'confirmed', 'unconfirmed', 'reverted', 'revert-failed']),
  /** `injected`: just before the signal was sent, on the node. `confirmed`: when the evidence was complete. */
  atNs: timeNs,
  /** For people and for the evidence table: `PID 4188`, `container 3fa9… → 77b0…`. */
  detail: z.string(),
  /** Machine-readable evidence: old and new container ID, PID, start time… */
  evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/**
 * What the node agent, the kubelet or the API server showed of one node. `event` is one of
 * `signal-sent`, `process-gone`, `process-started`, `port-bound`, `port-unbound`, `link`, `rules`, `icmp`,
 * `container-started`, `pod-ready`, `pod-not-ready`, `load`, `pressure`, `session-mended`; the details differ by event (`probes/PROTOCOL.md`).
 */
const nodeEventSchema = z.strictObject({
  type: z.literal('node'),
  site: siteNameSchema,
  node: z.string(),
  atNs: timeNs,
  event: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

/** One DNS response that a packet capture saw arrive in a probe pod's network namespace. */
const responseSchema = z.strictObject({
  type: z.literal('response'),
  probe: z.string(),
  atNs: timeNs,
  /** Source address of the packet: the nameserver as the pod sees it. */
  server: z.string(),
  /** Who sent it, told apart by IP TTL and source MAC: a program on the pod's own node, or one elsewhere. */
  from: z.enum(['own-node', 'elsewhere']),
  /** When the query with the same ID, port and name left the pod; null when it was not seen. */
  queryAtNs: timeNs.nullable(),
  queryName: z.string(),
  queryType: z.string(),
  rcode: z.string(),
  tcp: z.boolean(),
});

/** From here on less is asked than was planned: the warm-up showed that the machine can't do it all (`probes.fit`). The last one counts. */
const fitSchema = z.strictObject({
  type: z.literal('fit'),
  atNs: timeNs,
  /** Names of probes that have ended; their lookups so far are no part of the drill. */
  leftOut: z.array(z.string()),
  /** Busy probes ask so many times less often than their `intervalNs` says: 1, 2, 4 … */
  slower: z.number().int().positive(),
  /** What is asked now: `31 of 40 probes, busy ones every 100 ms in place of 50 ms`. */
  what: z.string(),
  /** What the warm-up showed, with figures. */
  reason: z.string(),
});

/** What the recorder waits for or does from now on, until the next such line: a reader who waits shall know what for. */
const doingSchema = z.strictObject({
  type: z.literal('doing'),
  atNs: timeNs,
  what: z.string(),
  /** It ends with an error after so long; null where it ends by itself. */
  atMostNs: timeNs.nullable(),
});

/** Something that the suite itself lost or could not do. It is never an observation; it makes the verdict inconclusive. */
const troubleSchema = z.strictObject({
  type: z.literal('trouble'),
  atNs: timeNs,
  what: z.enum(['gap', 'stream', 'probe', 'fault', 'agent', 'cluster', 'capture', 'aborted']),
  probe: z.string().nullable(),
  message: z.string(),
});

/** What is known of the cluster and of node-cache before the first fault. Strings are for people. */
export const clusterFactsSchema = z.strictObject({
  kind: z.string(),
  context: z.string(),
  kubernetesVersion: z.string(),
  containerRuntime: z.string(),
  kernel: z.string(),
  kubeProxyMode: z.string(),
  domain: z.string(),
  kubeDnsIp: z.string(),
  kubeDnsUpstreamIp: z.string().nullable(),
  localIp: z.string(),
  nodes: z.array(
    z.strictObject({
      name: z.string(),
      site: siteNameSchema.nullable(),
      ip: z.string(),
      clusterDns: z.string().nullable(),
    }),
  ),
  nodeCache: z.strictObject({
    /** Which program answers as node-cache: `stand-in on CoreDNS 1.13.2`, or the image's reference, or a binary's path. */
    program: z.string(),
    version: z.string(),
    standIn: z.boolean(),
    /** True where the kernel has no `dummy` driver, so that an init container makes the link `nodelocaldns` as a bridge. */
    linkMadeByInitContainer: z.boolean(),
  }),
  coreDns: z.strictObject({
    version: z.string(),
    replicas: z.number().int(),
    nodes: z.array(z.string()),
    /** Of the pods that were Ready. */
    podIps: z.array(z.string()).optional(),
  }),
  /** Embedded cluster: versions of the Debian packages that its nodes run (runc, iptables, CNI plugins, …). */
  packages: z.record(z.string(), z.string()).optional(),
});

/** First line of every journal. */
export const headSchema = z.strictObject({
  type: z.literal('head'),
  /** 1: a line for each lookup (`observation`). 2: several in one line (`lookups`). */
  schema: z.union([z.literal(1), z.literal(2)]),
  runId: z.string(),
  experiment: z.string(),
  title: z.string(),
  commandLine: z.string(),
  commit: z.string().nullable(),
  suiteVersion: z.string(),
  startedAtUtc: z.string(),
  atNs: timeNs,
  bootId: z.string(),
  cpus: z.number().int(),
  cluster: clusterFactsSchema,
});

/** The hypothesis as data (see `lib/judge/hypothesis.ts`), so that the journal can be judged without its experiment. */
const hypothesisEntrySchema = z.strictObject({
  type: z.literal('hypothesis'),
  hypothesis: z.unknown(),
});

/** Last line of a journal that was closed: how many lines stand before it, and their SHA-256 with their line ends. Older journals have none. */
const sealSchema = z.strictObject({
  type: z.literal('seal'),
  lines: z.number().int().nonnegative(),
  sha256: z.string(),
});

export const entrySchema = z.discriminatedUnion('type', [
  headSchema,
  hypothesisEntrySchema,
  probeSchema,
  observationSchema,
  lookupBatchSchema,
  phaseSchema,
  faultSchema,
  nodeEventSchema,
  responseSchema,
  fitSchema,
  doingSchema,
  troubleSchema,
  sealSchema,
]);

export type SiteName = z.infer<typeof siteNameSchema>;
export type Resolver = z.infer<typeof resolverSchema>;
export type Outcome = z.infer<typeof outcomeSchema>;
export type Observation = DeepReadonly<z.infer<typeof observationSchema>>;
export type LookupBatch = DeepReadonly<z.infer<typeof lookupBatchSchema>>;
export type DnsConfig = DeepReadonly<z.infer<typeof dnsConfigSchema>>;
export type Probe = DeepReadonly<z.infer<typeof probeSchema>>;
export type PhaseMark = DeepReadonly<z.infer<typeof phaseSchema>>;
export type FaultMark = DeepReadonly<z.infer<typeof faultSchema>>;
export type NodeEvent = DeepReadonly<z.infer<typeof nodeEventSchema>>;
export type DnsResponse = DeepReadonly<z.infer<typeof responseSchema>>;
export type Doing = DeepReadonly<z.infer<typeof doingSchema>>;
export type Fit = DeepReadonly<z.infer<typeof fitSchema>>;
export type Trouble = DeepReadonly<z.infer<typeof troubleSchema>>;
export type ClusterFacts = DeepReadonly<z.infer<typeof clusterFactsSchema>>;
export type Head = DeepReadonly<z.infer<typeof headSchema>>;
export type Seal = DeepReadonly<z.infer<typeof sealSchema>>;
export type Entry = DeepReadonly<z.infer<typeof entrySchema>>;
