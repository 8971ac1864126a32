import type { ExpectedLookup, LookupQuestion } from './lookup-question.ts';
import type { NamePlan, Try } from './name-plan.ts';
import type { Nameserver } from './nameserver.ts';
import { hull } from './range.ts';
import { walk } from './walk.ts';

const millisecondNs = 1_000_000;

/**
 * - `tries`: Node.js, `ResolverBase` in lib/internal/dns/utils.js; it overrides `attempts:`
 * - `tickMs`: Node.js, `ChannelWrap::StartTimer` in src/cares_wrap.cc: timeouts are noticed once a second, or when a packet comes
 * - the others: c-ares, `DEFAULT_TIMEOUT` in ares_private.h; `MIN_TIMEOUT_MS`, `MAX_TIMEOUT_MS` in ares_metrics.c
 */
const limits = { tries: 4, tickMs: 1000, timeoutMs: 2000, leastTimeoutMs: 250, mostTimeoutMs: 5000 };

/**
 * c-ares as Node's `dns.resolve4` uses it: no search list; each round asks each server, the one with the fewest failures
 * first. The first round waits the timeout; after that it is doubled each round and cut by up to half, never below the
 * first (`ares_calc_query_timeout` in ares_process.c). With three answers in its memory a channel takes five times the
 * average latency for the timeout, 250 ms at least (`ares_metrics_server_timeout`); without, `timeout:` or 2 s. That is
 * kept per server, and a further one may never have been asked. All lookups of a channel share one socket per server, so
 * a refusal for one of them ends the waiting of all.
 *
 * Seen with c-ares 1.34 in Node.js 24, one channel at 20 lookups a second, its server silent for 11 s: failures after 3.8
 * to 5.3 s; with a good second server 1.0 s for the slowest, and 2.1 s when the channel was fresh.
 */
export function predictCAres(question: LookupQuestion): ExpectedLookup {
  const { nameservers, history } = question;
  const everFailed = nameservers.some(({ spans }) => spans.some(({ fromNs }) => fromNs <= question.dueNs));
  const orders = history === 'warm' && everFailed ? rotations(nameservers) : [nameservers];
  const ways = orders.map((order) => walk([planOf(question, order)], question.dueNs, question.refusals));
  return {
    answered: hull(ways.map(({ answered }) => answered).filter((range) => range !== null)),
    failed: hull(ways.map(({ failed }) => failed).filter((range) => range !== null)),
    get why() {
      return ways[0]?.why ?? '';
    },
  };
}

function planOf(question: LookupQuestion, order: readonly Nameserver[]): NamePlan {
  const { resolvConf, name, history } = question;
  const listedMs = (resolvConf.timeoutS ?? 0) > 0 ? (resolvConf.timeoutS ?? 0) * 1000 : limits.timeoutMs;
  const coldMs = Math.min(Math.max(listedMs, limits.leastTimeoutMs), limits.mostTimeoutMs);
  const rounds = Array.from({ length: limits.tries }, (_, round) =>
    order.map((server): Try => {
      const leastMs = history === 'warm' ? limits.leastTimeoutMs : coldMs;
      const mostMs = history === 'warm' && server === question.nameservers[0] ? limits.leastTimeoutMs : coldMs;
      const waitNs = {
        minNs: Math.max(leastMs, (leastMs * 2 ** round) / 2) * millisecondNs,
        maxNs: (mostMs * 2 ** round + limits.tickMs) * millisecondNs,
      };
      return { server, waitNs, hearsRefusal: 'while-waiting' };
    }),
  );
  return {
    fullName: name,
    exists: question.exists(name),
    tries: rounds.flat(),
    afterMissing: null,
    afterSilence: null,
  };
}

/** A channel that saw a server fail asks another one first, until that one answers again. */
function rotations(nameservers: readonly Nameserver[]): readonly (readonly Nameserver[])[] {
  return nameservers.map((_, index) => [...nameservers.slice(index), ...nameservers.slice(0, index)]);
}
