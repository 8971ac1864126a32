import type { BadInput } from '../bad-input.ts';

/** Values that can't be used, each by the configuration that has it. */
export const configInputs: readonly BadInput[] = [
  wrong('an unknown key', { treshold: { fallbackFailedLookups: 3 } }, [
    'unknown key "treshold"',
    'did you mean "thresholds"?',
  ]),
  wrong('an unknown key further in', { probes: { busyIntervall: '50 ms' } }, [
    'unknown key "probes.busyIntervall"',
    'did you mean "busyInterval"?',
  ]),
  wrong('a key like no other', { timing: { patience: '1 s' } }, [
    'unknown key "timing.patience": there are warmUp, baseline',
  ]),
  wrong('a threshold without unit', { thresholds: { fallbackOverTimeout: 500 } }, [
    'thresholds.fallbackOverTimeout: "500" is not a duration',
    '"50 ms"',
  ]),
  wrong('a negative duration', { timing: { baseline: '-10 s' } }, ['timing.baseline: "-10 s" is not a duration']),
  wrong('no duration at all', { timing: { baseline: '0 s' } }, ['timing.baseline is "0 s", and must be at least 1 ms']),
  wrong('a duration that no timer can wait for', { timing: { drill: '900 h' } }, [
    'timing.drill is "900 h", and must be at most 24 h',
  ]),
  wrong('an interval below 10 ms', { probes: { busyInterval: '5 ms' } }, [
    'probes.busyInterval is "5 ms", and must be at least 10 ms',
  ]),
  wrong('a text where a number belongs', { thresholds: { fallbackFailedLookups: 'none' } }, [
    'thresholds.fallbackFailedLookups is "none", and must be a number',
  ]),
  wrong('a fraction of a lookup', { thresholds: { controlFailedLookups: 0.5 } }, [
    'thresholds.controlFailedLookups is 0.5, and must be a whole number',
  ]),
  wrong('a negative number of lookups', { evidence: { lookupsInWindow: -1 } }, [
    'evidence.lookupsInWindow is -1, and must be at least 0',
  ]),
  wrong('a UID that is none', { allowContexts: [{ context: 'staging', uid: 'staging' }] }, [
    'allowContexts[0] is ',
    "must be the name of a context, or { context: '…', uid: '…' } with the UID of the namespace kube-system",
  ]),
  wrong('an unknown provider', { cluster: { provider: 'docker' } }, [
    'cluster.provider is "docker", and must be one of auto, kind, embedded, existing',
  ]),
  wrong('an unknown resolver', { probes: { resolvers: ['bind'] } }, [
    'probes.resolvers[0] is "bind", and must be one of glibc, musl',
  ]),
  wrong('no site', { sites: [] }, ['sites is [], and must have at least 1 entry']),
  wrong(
    'more nodes than possible',
    { cluster: { embedded: { nodes: Array.from({ length: 201 }, () => ({ site: 'both' })) } } },
    ['cluster.embedded.nodes is a list of 201, and must have at most 200'],
  ),
  wrong('two nodes of a name', { cluster: { embedded: { nodes: [{ site: 'both' }, { site: 'both' }] } } }, [
    'node 2 is called "both", as node 1 is',
    'give it a name of its own',
  ]),
  wrong('more nodes than the pod range has room for', { cluster: { embedded: { podCidr: '10.244.0.0/23' } } }, [
    'cluster.embedded.podCidr: 10.244.0.0/23 has room for 1 nodes, and there are 3',
  ]),
  wrong('ranges that overlap', { cluster: { embedded: { podCidr: '10.96.0.0/12' } } }, [
    'cluster.embedded.podCidr: 10.96.0.0/12 overlaps serviceCidr 10.96.0.0/16',
  ]),
  wrong('a range that is none', { cluster: { embedded: { serviceCidr: '10.96.0.0' } } }, [
    'cluster.embedded.serviceCidr: "10.96.0.0" is not an IPv4 range such as',
  ]),
  wrong('kube-dns outside the service range', { cluster: { embedded: { kubeDnsIp: '10.97.0.10' } } }, [
    'cluster.embedded.kubeDnsIp: 10.97.0.10 lies outside serviceCidr 10.96.0.0/16',
  ]),
  wrong('a local address that is not link-local', { cluster: { embedded: { localIp: '10.0.0.53' } } }, [
    'cluster.embedded.localIp: 10.0.0.53 is not link-local',
    '169.254.20.10',
  ]),
  wrong('IPv6', { nodeLocal: { localIp: 'fd00::10' } }, ['nodeLocal.localIp: "fd00::10" is not an IPv4 address']),
  wrong('a domain in upper case', { cluster: { embedded: { domain: 'Cluster.Local' } } }, [
    '"Cluster.Local" is not a domain',
    'lower case',
  ]),
  wrong('a domain with a dot at the end', { cluster: { embedded: { domain: 'cluster.local.' } } }, [
    '"cluster.local." is not a domain',
    'without a dot at the end',
  ]),
  wrong('a name with too few dots', { probes: { names: [{ name: 'example.com' }] } }, [
    '"example.com" has fewer dots than probes.ndots (2)',
    'write "example.com."',
  ]),
  wrong('a name that is none', { probes: { names: [{ name: 'www example.com' }] } }, [
    '"www example.com" is not a DNS name',
  ]),
  wrong('a cluster name with a slash', { cluster: { embedded: { name: '../etc' } } }, [
    'cluster.embedded.name is "../etc", and must match',
  ]),
  wrong('two node-caches', { nodeLocal: { binary: '/a', image: '/b' } }, [
    'both binary and image are set',
    'Leave one out',
  ]),
];

function wrong(name: string, config: object, says: readonly string[]): BadInput {
  return { name, args: () => ['cluster', 'status'], config: () => config, says: ['$FOLDER/drill.config.mts', ...says] };
}
