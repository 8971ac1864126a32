import type { DnsConfig } from '../journal/entry.ts';

/** A resolv.conf(5) as it stands in a pod; the last `search` line counts. */
export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  /** `ndots:5`, in their order. */
  readonly options: readonly string[];
}

/** Unknown lines are left out. */
export function readResolvConf(text: string): ResolvConf {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const words = (keyword: string) => lines.filter(([first]) => first === keyword).map((line) => line.slice(1));
  return {
    nameservers: words('nameserver').flatMap((line) => line.slice(0, 1)),
    searches: words('search').at(-1) ?? [],
    options: words('options').flat(),
  };
}

/** The parts of it that a drill compares; unknown options are left out. */
export function parseResolvConf(
  text: string,
): Pick<DnsConfig, 'nameservers' | 'searches' | 'ndots' | 'timeoutS' | 'attempts'> {
  const { nameservers, searches, options: words } = readResolvConf(text);
  const options = new Map<string, number>();
  for (const word of words) remember(options, word);
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
