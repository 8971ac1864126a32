import type { AskedRound } from '../../lib/probe/asked-twice.ts';

/** How far counters moved at the first asking, and at the second. */
type Moves = readonly [first: number, second: number];

interface RoundMoves {
  readonly arrived?: Moves;
  readonly hits?: Moves;
  readonly misses?: Moves;
  readonly forwarded?: Moves;
  /** Null: its metrics can't be read; undefined: there is no pod of it. */
  readonly atCoreDns?: Moves | null;
  readonly more?: readonly (readonly [string, number, number])[];
  readonly error?: string;
  readonly answer?: string;
  readonly again?: string;
  readonly againAfterMs?: number;
}

export const askedSuffix = 'nodelocal-drill.svc.cluster.local';
export const askedServer = '169.254.20.10';

/** A round of five names, as a pod prints it; by default node-cache and CoreDNS do as they should. */
export function askedRound({
  arrived = [5, 5],
  hits = [0, 5],
  misses = [5, 0],
  forwarded = misses,
  atCoreDns = [5, 0],
  more = [],
  error,
  answer = 'NXDOMAIN',
  again = answer,
  againAfterMs = 300,
}: RoundMoves = {}): AskedRound {
  const nodeCache = [
    [
      `coredns_dns_requests_total{family="1",proto="udp",server="dns://169.254.20.10:53",type="NSEC3",view="",zone="cluster.local."}`,
      ...arrived,
    ],
    [`coredns_cache_hits_total{server="dns://169.254.20.10:53",type="denial",view="",zones="cluster.local."}`, ...hits],
    [`coredns_cache_misses_total{server="dns://169.254.20.10:53",view="",zones="cluster.local."}`, ...misses],
    [
      'coredns_proxy_request_duration_seconds_count{proxy_name="forward",rcode="NXDOMAIN",to="10.96.3.4:53"}',
      ...forwarded,
    ],
    ...more,
  ] as const;
  const coreDns = [
    `coredns_dns_requests_total{family="1",proto="tcp",server="dns://:53",type="NSEC3",view="",zone="."}`,
  ];
  return {
    server: askedServer,
    answers: Array.from({ length: 5 }, () => answer),
    again: Array.from({ length: 5 }, () => again),
    againAfterMs,
    counters: [
      {
        of: 'node-cache=http://172.30.0.2:9253/metrics',
        error: error ?? null,
        moved: error === undefined ? nodeCache : [],
      },
      ...(atCoreDns === null
        ? [{ of: 'coredns=http://10.244.0.2:9153/metrics', error: 'connect ETIMEDOUT', moved: [] }]
        : [
            {
              of: 'coredns=http://10.244.0.2:9153/metrics',
              error: null,
              moved: [[coreDns[0] ?? '', ...atCoreDns] as const],
            },
          ]),
    ],
  };
}
