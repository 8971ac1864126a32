import { z } from 'zod';

/**
 * What `nodelocal-drill verify --json` prints. docs/schemas/verify.schema.json is made from it; a change that a reader could trip over needs
 * a new number in `schema`.
 */
const objectNameSchema = z.strictObject({
  kind: z.string(),
  namespace: z.string().nullable().meta({ description: 'null for objects without a namespace, such as a node' }),
  name: z.string(),
});

const toldSchema = z.strictObject({
  value: z.string(),
  from: z.string().meta({ description: 'where it was read, or why it is assumed' }),
  assumed: z.boolean(),
});

const nodeCacheSchema = z.strictObject({
  object: objectNameSchema,
  labels: z.record(z.string(), z.string()).meta({ description: 'labels of its pods' }),
  image: z.string(),
  version: z.string().nullable(),
  localIps: z.array(z.string()).meta({ description: 'addresses of -localip' }),
  listens: z.array(z.string()).meta({ description: 'addresses that the Corefile binds' }),
  corefile: z.string().meta({ description: 'where the Corefile was read, or why not' }),
  updateStrategy: z.string(),
  limits: z.record(z.string(), z.string()),
  probes: z.record(z.string(), z.string()),
  nodes: z.number().int().meta({ description: 'nodes that have a pod of it' }),
});

const fateSchema = z.enum(['dead', 'loses', 'slows', 'keeps', 'unknown']).meta({
  description:
    'what becomes of a pod’s DNS while its node has no node-cache: it has none even now; it loses it; each lookup waits for a timeout first; nothing; its nameservers are the node’s own and not known',
});

const fateCountsSchema = z.strictObject({
  dead: z.number().int(),
  loses: z.number().int(),
  slows: z.number().int(),
  keeps: z.number().int(),
  unknown: z.number().int(),
});

const groupSchema = z.strictObject({
  pods: z.number().int(),
  base: z.enum(['cluster', 'node', 'none']),
  nameservers: z.array(
    z.strictObject({ address: z.string(), answerer: z.enum(['node-cache', 'cluster', 'nobody', 'foreign']) }),
  ),
  options: z.array(z.string()),
  killed: fateSchema,
  updated: fateSchema,
  longestLookups: z
    .array(z.strictObject({ resolver: z.string(), seconds: z.number(), fails: z.boolean() }))
    .nullable()
    .meta({
      description: 'predicted for node-cache gone for absenceSeconds without tearing down; null where nothing is gone',
    }),
  owners: z.array(z.strictObject({ owner: objectNameSchema, pods: z.number().int() })),
});

const findingSchema = z.strictObject({
  rule: z.string(),
  severity: z.enum(['problem', 'risk', 'note']),
  what: z.string(),
  objects: z.array(objectNameSchema),
  pods: z.number().int().nullable().meta({ description: 'how many pods it concerns; null: it is not about pods' }),
  why: z.string(),
  change: z.string(),
  sources: z.array(
    z.strictObject({ text: z.string(), evidence: z.enum(['source', 'measured', 'reported', 'concluded']) }),
  ),
});

const probedNodeSchema = z.strictObject({
  node: z.string(),
  nodeCache: objectNameSchema.nullable(),
  resolvConf: z
    .strictObject({
      nameservers: z.array(z.string()),
      searches: z.array(z.string()),
      options: z.array(z.string()),
      differences: z
        .array(z.string())
        .meta({ description: 'from what is computed for a pod without settings of its own' }),
    })
    .nullable()
    .meta({ description: 'as kubelet wrote it for a pod with dnsPolicy ClusterFirst; null: there was no pod' }),
  servers: z.array(
    z.strictObject({
      server: z.string(),
      isFirst: z
        .boolean()
        .meta({ description: 'the first nameserver of that resolv.conf; else node-cache’s own address' }),
      outcome: z.enum(['proved', 'past-the-cache', 'not-kept', 'cached-already', 'no-answer', 'not-proved']).meta({
        description: 'of fresh names, each asked for twice: first CoreDNS and then node-cache’s cache, by counters',
      }),
      because: z.string().meta({ description: 'the figures' }),
    }),
  ),
  failure: z.string().nullable().meta({ description: 'why there is no word from this node' }),
});

export const verifyReportSchema = z.strictObject({
  schema: z.literal('nodelocal-drill/verify/1'),
  context: z.string(),
  kubernetesVersion: z.string(),
  nodes: z.number().int(),
  nodeCaches: z.array(nodeCacheSchema),
  kubeDns: z.strictObject({ object: objectNameSchema, ip: z.string() }).nullable(),
  upstream: z.strictObject({ object: objectNameSchema, ip: z.string() }).nullable(),
  domain: toldSchema,
  serviceProxy: toldSchema,
  kubeletClusterDns: toldSchema,
  localRedirects: z
    .array(z.strictObject({ object: objectNameSchema, ip: z.string() }))
    .nullable()
    .meta({ description: 'Cilium Local Redirect Policies that send DNS to node-cache; null: may not be read' }),
  census: z.strictObject({
    pods: z.number().int(),
    killed: fateCountsSchema,
    updated: fateCountsSchema,
    absenceSeconds: z.number().meta({ description: 'for how long node-cache is taken to be gone in longestLookups' }),
    groups: z.array(groupSchema),
    namespaces: z.array(z.strictObject({ namespace: z.string(), pods: z.number().int(), killed: fateCountsSchema })),
  }),
  findings: z.array(findingSchema),
  unreadable: z.array(z.string()),
  probe: z
    .strictObject({ nodes: z.array(probedNodeSchema) })
    .optional()
    .meta({ description: 'only with --probe: what a pod saw on each node that was tried' }),
});

export type VerifyReport = z.infer<typeof verifyReportSchema>;
