import type { ResolvConf } from './lookup-question.ts';

/**
 * The full names that a resolver tries, in order: with at least `ndots` dots the name itself first, else the search list
 * first. (glibc `__res_context_search` in resolv/res_query.c, Go `nameList` in net/dnsclient_unix.go. musl,
 * `name_from_dns_search` in src/network/lookup_name.c, leaves the search list out when there are enough dots.)
 */
export function nameList(name: string, { searches, ndots }: ResolvConf): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = searches.map((search) => `${name}.${search}`);
  return hasEnoughDots(name, ndots) ? [name, ...searched] : [...searched, name];
}

export function hasEnoughDots(name: string, ndots: number): boolean {
  return name.split('.').length - 1 >= ndots;
}
