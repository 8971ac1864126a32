import type { DnsConfig, Resolver, SiteName } from '../journal/entry.ts';
import type { Selector } from './hypothesis.ts';

/** What a selector looks at; a {@link Probe} and a verdict's probe both have it. */
export interface Selectable {
  readonly site: SiteName;
  readonly dnsConfig: Pick<DnsConfig, 'name'>;
  readonly resolver: Resolver;
  readonly rate: 'busy' | 'quiet';
  readonly nameKind: string;
}

/** Whether a selector chooses a probe. The control is chosen only by name: it is no set-up to compare with. */
export function chooses(selector: Selector, probe: Selectable): boolean {
  return (
    (probe.site === 'control' ? selector.site === 'control' : matches(selector.site, probe.site)) &&
    matches(selector.dnsConfig, probe.dnsConfig.name) &&
    matches(selector.resolver, probe.resolver) &&
    matches(selector.rate, probe.rate) &&
    matches(selector.nameKind, probe.nameKind)
  );
}

/**
 * Whether a selector is about something that this run has, though not about any of its probes: the set-up is there, but
 * not with that resolver, rate or name. Such a bound is not asked here; one for an unknown set-up is a mistake.
 */
export function isAboutAbsentProgram(selector: Selector, probes: readonly Selectable[]): boolean {
  const { site, dnsConfig } = selector;
  const setUp: Selector = {
    ...(site === undefined ? {} : { site }),
    ...(dnsConfig === undefined ? {} : { dnsConfig }),
  };
  return !probes.some((probe) => chooses(selector, probe)) && probes.some((probe) => chooses(setUp, probe));
}

/** A selector in the order of a probe's name, `*` where it takes all: `both/single/*`. */
export function describeSelector({ site, dnsConfig, resolver, rate, nameKind }: Selector): string {
  const parts = [site, dnsConfig, resolver, rate, nameKind];
  const last = parts.findLastIndex((part) => part !== undefined);
  const shown = parts.slice(0, Math.max(2, last + 1)).map((part) => (part === undefined ? '*' : String(part)));
  return shown.join('/');
}

function matches<T extends string>(wanted: T | readonly T[] | undefined, found: T): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? wanted === found : wanted.includes(found);
}
