import type { DnsResponse, LookupBatch, Observation } from './entry.ts';

export type CommonEntry = Observation | LookupBatch | DnsResponse;

/**
 * Tells whether a value is a valid entry of one of the three types that nearly all lines have. It says yes to nothing that the schema in
 * `entry.ts` refuses, a tenth as long; when it says no, the schema decides and has the words.
 */
export function isCommonEntry(value: Readonly<Record<string, unknown>>): value is CommonEntry & typeof value {
  switch (value['type']) {
    case 'observation':
      return isObservation(value);
    case 'lookups':
      return isLookupBatch(value);
    case 'response':
      return isResponse(value);
    default:
      return false;
  }
}

type Fields<T> = Readonly<Partial<Record<keyof T, unknown>>>;

function isObservation(value: Fields<Observation>): boolean {
  return (
    hasKeys(value, 9) &&
    typeof value.probe === 'string' &&
    isCount(value.seq) &&
    isTime(value.dueNs) &&
    isTime(value.startNs) &&
    isTime(value.endNs) &&
    (value.outcome === 'answered' ||
      value.outcome === 'failed' ||
      value.outcome === 'abandoned' ||
      value.outcome === 'unsent') &&
    isStrings(value.answers) &&
    (value.error === null || typeof value.error === 'string')
  );
}

/** But for its rows: whoever takes them apart looks at each number. */
function isLookupBatch(value: Fields<LookupBatch>): boolean {
  return (
    hasKeys(value, 7) &&
    typeof value.probe === 'string' &&
    isCount(value.seq) &&
    isTime(value.dueNs) &&
    isTime(value.intervalNs) &&
    value.intervalNs > 0 &&
    Array.isArray(value.results) &&
    value.results.every((result) => typeof result === 'string' || isStrings(result)) &&
    Array.isArray(value.rows)
  );
}

function isResponse(value: Fields<DnsResponse>): boolean {
  return (
    hasKeys(value, 10) &&
    typeof value.probe === 'string' &&
    isTime(value.atNs) &&
    typeof value.server === 'string' &&
    (value.from === 'own-node' || value.from === 'elsewhere') &&
    (value.queryAtNs === null || isTime(value.queryAtNs)) &&
    typeof value.queryName === 'string' &&
    typeof value.queryType === 'string' &&
    typeof value.rcode === 'string' &&
    typeof value.tcp === 'boolean'
  );
}

/** With as many keys as the schema has, and all of those there and of their type, there is none that it doesn't know. */
function hasKeys(value: object, count: number): boolean {
  return Object.keys(value).length === count;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}

function isStrings(values: unknown): boolean {
  if (!Array.isArray(values)) return false;
  for (const value of values) if (typeof value !== 'string') return false;
  return true;
}
