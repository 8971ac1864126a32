import type { LookupQuestion } from '../resolver-model/lookup-question.ts';
import type { Nameserver } from '../resolver-model/nameserver.ts';
import { predictLookup } from '../resolver-model/predict-lookup.ts';
import type { Answerer, PodDns } from './pod-dns.ts';

/** For how long node-cache is taken to be gone: a second crash within ten minutes meets kubelet's back-off of 10 s, up to half as much again by jitter. */
export const absenceNs = 15_000_000_000;

const modelledResolvers = ['glibc', 'musl', 'go', 'c-ares'] as const;

/** The longest that one lookup of an external name takes which begins while node-cache is gone. */
export interface LongestLookup {
  readonly resolver: (typeof modelledResolvers)[number];
  readonly longestNs: number;
  /** Whether some lookups fail. */
  readonly fails: boolean;
}

/**
 * What the models of the resolvers (lib/resolver-model) say of a pod while its node-cache is gone without tearing down. A pod's image, and so
 * its resolver, is not known: all are told. Silence is assumed and not refusal, as a node refuses one client only about once a second.
 */
export function predictLongest({ resolvConf, nameservers }: PodDns, domain: string): readonly LongestLookup[] {
  const servers = nameservers.map(({ address, answerer }): Nameserver => ({
    address,
    rttNs: { minNs: 0, maxNs: 1_000_000 },
    spans: goneSpans[answerer],
  }));
  const question: Omit<LookupQuestion, 'resolver' | 'dueNs'> = {
    resolvConf: {
      nameservers: nameservers.map(({ address }) => address),
      searches: [...resolvConf.searches],
      ndots: optionOf(resolvConf.options, 'ndots') ?? 1,
      timeoutS: optionOf(resolvConf.options, 'timeout'),
      attempts: optionOf(resolvConf.options, 'attempts'),
    },
    nameservers: servers,
    name: 'www.example.com',
    exists: (fullName: string) => !fullName.endsWith(`.${domain}`),
    refusals: 'never',
    history: 'warm',
  };
  return modelledResolvers.map((resolver) => {
    const expected = dueTimes.map((dueNs) => predictLookup({ ...question, resolver, dueNs }));
    return {
      resolver,
      longestNs: Math.max(
        ...expected.map(({ answered, failed }) => Math.max(answered?.maxNs ?? 0, failed?.maxNs ?? 0)),
      ),
      fails: expected.some(({ failed }) => failed !== null),
    };
  });
}

const goneSpans: Readonly<Record<Answerer, Nameserver['spans']>> = {
  'node-cache': [{ fromNs: 0, untilNs: absenceNs, state: 'closed' }],
  nobody: [{ fromNs: 0, untilNs: Number.MAX_SAFE_INTEGER, state: 'silent' }],
  cluster: [],
  foreign: [],
};
const everyNs = 500_000_000;
const dueTimes = Array.from({ length: absenceNs / everyNs }, (_, index) => index * everyNs);

function optionOf(options: ReadonlyMap<string, string>, name: string): number | null {
  const value = options.get(name);
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
}
