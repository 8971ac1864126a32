import type { EffectiveResolvConf } from '../effective-resolv-conf.ts';

/** A resolv.conf(5) as it stands in a pod; the last `search` line counts. */
export interface SeenResolvConf {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  /** `ndots:5`, in their order. */
  readonly options: readonly string[];
}

export function readResolvConf(text: string): SeenResolvConf {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const words = (keyword: string) => lines.filter(([first]) => first === keyword).map((line) => line.slice(1));
  return {
    nameservers: words('nameserver').flatMap((line) => line.slice(0, 1)),
    searches: words('search').at(-1) ?? [],
    options: words('options').flat(),
  };
}

/**
 * How a pod's resolv.conf differs from what was computed for it, in words. kubelet appends the search list of the node's own resolv.conf
 * (pkg/kubelet/network/dns/dns.go), which is not known here, so more searches at the end are no difference.
 */
export function differences(seen: SeenResolvConf, expected: EffectiveResolvConf): readonly string[] {
  const options = [...expected.options].map(([name, value]) => (value === '' ? name : `${name}:${value}`));
  return [
    ...differ('nameserver', seen.nameservers, expected.nameservers),
    ...differ('search', seen.searches.slice(0, expected.searches.length), expected.searches),
    ...differ('options', [...seen.options].sort(), options.sort()),
  ];
}

function differ(what: string, seen: readonly string[], expected: readonly string[]): readonly string[] {
  if (seen.join(' ') === expected.join(' ')) return [];
  return [`${what} ${seen.join(' ') || 'none'}, computed ${expected.join(' ') || 'none'}`];
}
