import type { DnsConfig, Resolver } from '../journal/entry.ts';

const secondNs = 1_000_000_000;

/**
 * What a resolver waits for one answer when resolv.conf has no `timeout:`, in seconds.
 * - glibc `RES_TIMEOUT` (resolv/resolv.h), musl `conf->timeout` (src/network/resolvconf.c), Go `dnsConfig.timeout`
 *   (net/dnsconfig_unix.go): 5
 * - c-ares `DEFAULT_TIMEOUT` (ares_private.h): 2 since 1.20
 * - wire: the probe's own `--timeout-ms` (probes/PROTOCOL.md): 2
 */
const defaultTimeoutS: Readonly<Record<Resolver, number>> = { glibc: 5, musl: 5, go: 5, 'c-ares': 2, wire: 2 };

/** `timeout:` of a dnsConfig, or the resolver's default, in ns. */
export function resolverTimeoutNs(resolver: Resolver, dnsConfig: Pick<DnsConfig, 'timeoutS'>): number {
  return (dnsConfig.timeoutS ?? defaultTimeoutS[resolver]) * secondNs;
}
