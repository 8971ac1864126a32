import type { DrillConfig } from '../config/drill-config.ts';
import type { DnsConfig, Resolver } from '../journal/entry.ts';
import { askDirectly, coreDnsPodOnly, dnsConfigPreset, type ClusterDns, type PresetName } from './dns-configs.ts';
import type { ProbePlan } from './probe-plan.ts';
import { isUnderTest, type Site } from '../config/site.ts';

type ProbeSettings = DrillConfig['probes'];

export interface PlanOptions {
  readonly sites: readonly Site[];
  readonly dns: ClusterDns;
  readonly settings: ProbeSettings;
}

/** All probes of a drill: what the configuration asks for, on every site that is there, but for kube-dns-upstream where there is no such Service. */
export function planProbes({ sites, dns, settings }: PlanOptions): readonly ProbePlan[] {
  const preset = (name: PresetName) =>
    dnsConfigPreset(name, { dns, namespace: settings.namespace, ndots: settings.ndots });
  const direct = (name: Parameters<typeof askDirectly>[0]) =>
    askDirectly(name, { dns, namespace: settings.namespace, ndots: settings.ndots });
  const isThere = (name: string) => dns.kubeDnsUpstreamIp !== null || !name.endsWith('upstream');
  return sites.flatMap((site): readonly ProbePlan[] => {
    const busy = { site, rate: 'busy', intervalNs: settings.busyInterval } as const;
    if (site.asksCoreDnsPod !== undefined) {
      const dnsConfig = coreDnsPodOnly(site.asksCoreDnsPod, {
        dns,
        namespace: settings.namespace,
        ndots: settings.ndots,
      });
      return [
        ...named(settings, busy, dnsConfig, settings.resolvers[0] ?? 'glibc'),
        ...named(settings, busy, dnsConfig, 'wire').slice(0, 1),
      ];
    }
    const quiet = { site, rate: 'quiet', intervalNs: settings.quietInterval } as const;
    const configs = (isUnderTest(site) ? settings.dnsConfigs : settings.controlDnsConfigs).filter(isThere);
    const nameservers = isUnderTest(site)
      ? (['node-cache', 'kube-dns', 'kube-dns-upstream'] as const).filter(isThere)
      : (['kube-dns'] as const);
    return [
      ...configs.flatMap((name) =>
        settings.resolvers
          .filter((resolver) => !settings.leaveOut.includes(`${name}/${resolver}`))
          .flatMap((resolver) => named(settings, busy, preset(name), resolver)),
      ),
      ...(isUnderTest(site)
        ? settings.quietDnsConfigs
            .filter(isThere)
            .flatMap((name) => named(settings, quiet, preset(name), 'glibc').slice(0, 1))
        : []),
      ...nameservers.flatMap((nameserver) => named(settings, busy, direct(nameserver), 'wire').slice(0, 1)),
    ];
  });
}

/** One probe for each name; c-ares and wire queries get none that needs the search list, as they have no such thing. */
function named(
  settings: ProbeSettings,
  base: Pick<ProbePlan, 'site' | 'rate' | 'intervalNs'>,
  dnsConfig: DnsConfig,
  resolver: Resolver,
): readonly ProbePlan[] {
  return settings.names.flatMap(({ name, kind }, index): readonly ProbePlan[] => {
    if (kind === 'service-short' && (resolver === 'c-ares' || resolver === 'wire')) return [];
    const id = [base.site.name, dnsConfig.name, resolver, base.rate, ...(index === 0 ? [] : [name])].join('/');
    return [{ ...base, id, dnsConfig, resolver, queryName: name, nameKind: kind }];
  });
}
