import type { AskedRound } from '../../probe/asked-twice.ts';
import type { RoundCounts } from './counted.ts';

/**
 * What became of names that were asked for twice:
 * - `proved`: the first query of each went on to CoreDNS, the second was answered by node-cache's cache
 * - `past-the-cache`: answered, and none came to node-cache
 * - `not-kept`: both queries of each went on
 * - `cached-already`: even the first was a hit
 * - `no-answer`: nobody answered, or with an error
 * - `not-proved`: the counters do not say
 */
type AskedOutcome = 'proved' | 'past-the-cache' | 'not-kept' | 'cached-already' | 'no-answer' | 'not-proved';

export interface Judged {
  readonly outcome: AskedOutcome;
  /** Why, with the figures. */
  readonly because: string;
}

/** How long an answer that a name does not exist is kept at least: upstream's manifest says 5 s for the cluster's domain (nodelocaldns.yaml). */
const keptMs = 4000;

/**
 * One round, by counters and not by latency. Queries of a type that nobody else asks for tell for certain whether they came to node-cache, and to
 * CoreDNS where that can be read. Hits and misses are everybody's: they count when they moved by as much as our names at least, and for
 * want of CoreDNS' word only when the others moved less.
 */
export function judgeRound({ answers, again, againAfterMs }: AskedRound, counts: RoundCounts): Judged {
  const names = answers.length;
  const { arrived, hits, misses, forwarded, atCoreDns } = counts;
  const unanswered = answers.find((answer) => !isAnswer(answer));
  if (answers.every((answer) => !isAnswer(answer))) return { outcome: 'no-answer', because: unanswered ?? 'none' };
  if (unanswered !== undefined || !again.every(isAnswer))
    return notProved(`of ${names} names some were answered and some not (${unanswered ?? again.join(', ')})`);
  if (arrived === null || hits === null || misses === null || forwarded === null)
    return notProved('the counters of node-cache can’t be read from a pod');
  const moves = [arrived, hits, misses, forwarded, ...(atCoreDns === null ? [] : [atCoreDns])];
  if (moves.some(({ first, second }) => first < 0 || second < 0))
    return notProved('a counter went back: a program was started anew meanwhile');
  if (arrived.first === 0 && arrived.second === 0)
    return {
      outcome: 'past-the-cache',
      because: `of ${2 * names} queries none came to node-cache${atCoreDns === null ? '' : `, ${atCoreDns.first + atCoreDns.second} came to CoreDNS`}`,
    };
  if (arrived.first < names || arrived.second < names)
    return notProved(`of ${names} and ${names} queries ${arrived.first} and ${arrived.second} came to node-cache`);
  return judgeArrived(names, { hits, misses, forwarded, atCoreDns, againAfterMs });
}

function judgeArrived(
  names: number,
  {
    hits,
    misses,
    forwarded,
    atCoreDns,
    againAfterMs,
  }: Pick<RoundCounts, 'atCoreDns'> & {
    readonly hits: NonNullable<RoundCounts['hits']>;
    readonly misses: NonNullable<RoundCounts['misses']>;
    readonly forwarded: NonNullable<RoundCounts['forwarded']>;
    readonly againAfterMs: number;
  },
): Judged {
  const figures = `first ${misses.first} misses, ${hits.first} hits, ${forwarded.first} sent on${toCoreDns(atCoreDns?.first)}; then ${misses.second} misses, ${hits.second} hits, ${forwarded.second} sent on${toCoreDns(atCoreDns?.second)} (${names} names)`;
  const wentOn = (asking: 'first' | 'second') =>
    sawAll(atCoreDns?.[asking], names) || (forwarded[asking] >= names && hits[asking] < names);
  const onlyHits = (asking: 'first' | 'second') => hits[asking] >= names && misses[asking] < names;
  const hitFirst = onlyHits('first') && sawNone(atCoreDns?.first);
  const hitSecond = sawNone(atCoreDns?.second) && (onlyHits('second') || (atCoreDns !== null && hits.second >= names));
  if (wentOn('first') && misses.first >= names && hitSecond) return { outcome: 'proved', because: figures };
  if (hitFirst) return { outcome: 'cached-already', because: figures };
  if (wentOn('first') && wentOn('second') && !onlyHits('second'))
    return againAfterMs < keptMs
      ? { outcome: 'not-kept', because: figures }
      : notProved(`the second query came ${(againAfterMs / 1000).toFixed(1)} s after the first, too late`);
  return notProved(`the counters do not tell ours from others’: ${figures}`);
}

function sawAll(count: number | undefined, names: number): boolean {
  return count !== undefined && count >= names;
}

/** Where CoreDNS can't be read it does not contradict. */
function sawNone(count: number | undefined): boolean {
  return count === undefined || count === 0;
}

function toCoreDns(count: number | undefined): string {
  return count === undefined ? '' : `, ${count} at CoreDNS`;
}

function notProved(because: string): Judged {
  return { outcome: 'not-proved', because };
}

function isAnswer(answer: string): boolean {
  return wholeAnswers.has(answer);
}

/** The others are errors: of the socket, of waiting (probes/node/query-once.ts), or of who answers (`SERVFAIL`). */
const wholeAnswers = new Set(['NOERROR', 'NODATA', 'NXDOMAIN']);
