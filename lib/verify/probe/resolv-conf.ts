import type { ResolvConf } from '../../probe/parse-resolv-conf.ts';
import type { EffectiveResolvConf } from '../effective-resolv-conf.ts';

/**
 * How a pod's resolv.conf differs from what was computed for it, in words. kubelet appends the search list of the node's own resolv.conf
 * (pkg/kubelet/network/dns/dns.go), which is not known here, so more searches at the end are no difference.
 */
export function differences(seen: ResolvConf, expected: EffectiveResolvConf): readonly string[] {
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
