import type { DnsConfig } from '../journal/entry.ts';

/** The parts of a resolv.conf(5) that a drill compares; unknown lines and options are left out, the last `search` line counts. */
export function parseResolvConf(
  text: string,
): Pick<DnsConfig, 'nameservers' | 'searches' | 'ndots' | 'timeoutS' | 'attempts'> {
  const nameservers: string[] = [];
  let searches: string[] = [];
  const options = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line.trim().split(/\s+/);
    if (keyword === 'nameserver' && words[0] !== undefined) nameservers.push(words[0]);
    if (keyword === 'search') searches = words;
    if (keyword === 'options') for (const word of words) remember(options, word);
  }
  return {
    nameservers,
    searches,
    // resolv.conf(5): the default of ndots is 1.
    ndots: options.get('ndots') ?? 1,
    timeoutS: options.get('timeout') ?? null,
    attempts: options.get('attempts') ?? null,
  };
}

function remember(options: Map<string, number>, word: string): void {
  const [name, value] = word.split(':');
  if (name !== undefined && value !== undefined && /^\d+$/.test(value)) options.set(name, Number(value));
}
