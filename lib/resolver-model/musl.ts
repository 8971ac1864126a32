import type { ExpectedLookup, LookupQuestion } from './lookup-question.ts';
import { hasEnoughDots, nameList } from './name-list.ts';
import { stateAt } from './nameserver.ts';
import { hull, type Range } from './range.ts';

const secondNs = 1_000_000_000;
const millisecondNs = 1_000_000;

/** `__get_resolv_conf` in musl's src/network/resolvconf.c: defaults and upper limits; `MAXNS` in lookup.h. */
const limits = { timeoutS: 5, attempts: 2, mostTimeoutS: 60, mostAttempts: 10, mostNdots: 15, nameservers: 3 };

/**
 * musl's `getaddrinfo`: all servers are asked at once, again every `timeout / attempts`, and `timeout` is the time for the
 * whole name (`__res_msend_rc` in src/network/res_msend.c). Its socket is not connected, so it never hears of a closed
 * port. With enough dots the search list is left out; silence ends the lookup, NXDOMAIN goes on to the next name
 * (`name_from_dns_search` in lookup_name.c). `attempts:0` divides by zero: the process dies.
 */
export function predictMusl(question: LookupQuestion): ExpectedLookup {
  const { resolvConf, name, dueNs } = question;
  const timeoutNs = Math.min(resolvConf.timeoutS ?? limits.timeoutS, limits.mostTimeoutS) * secondNs;
  const attempts = Math.min(resolvConf.attempts ?? limits.attempts, limits.mostAttempts);
  if (attempts === 0) return failedAt(0, 'attempts:0 makes musl divide by zero, and the process dies');
  if (timeoutNs === 0) return failedAt(0, 'timeout:0 leaves musl no time to wait');

  const enoughDots = hasEnoughDots(name, Math.min(resolvConf.ndots, limits.mostNdots));
  const names = enoughDots || name.endsWith('.') ? [name.replace(/\.$/, '')] : nameList(name, resolvConf);
  const trace: string[] = [];
  let now: Range = { minNs: dueNs, maxNs: dueNs };
  for (const fullName of names) {
    const ends = hull(
      [now.minNs, now.maxNs].flatMap((startNs) => answerTo(question, startNs, timeoutNs, attempts) ?? []),
    );
    const silent = [now.minNs, now.maxNs].some((startNs) => answerTo(question, startNs, timeoutNs, attempts) === null);
    const exists = question.exists(fullName);
    const begun = ((now.maxNs - dueNs) / secondNs).toFixed(2);
    trace.push(`${begun} s all servers: ${ends === null ? 'no answer' : exists ? 'answers' : 'NXDOMAIN'}`);
    if (ends === null) return failedAt(now.maxNs - dueNs + timeoutNs, trace.join('; '));
    if (exists) {
      const answered = { minNs: ends.minNs - dueNs, maxNs: ends.maxNs - dueNs };
      const failed = silent ? { minNs: now.minNs - dueNs + timeoutNs, maxNs: now.maxNs - dueNs + timeoutNs } : null;
      return { answered, failed, why: trace.join('; ') };
    }
    now = ends;
  }
  return { answered: null, failed: { minNs: now.minNs - dueNs, maxNs: now.maxNs - dueNs }, why: trace.join('; ') };
}

/** When the first answer to one name comes; null when the time is over before. */
function answerTo({ nameservers }: LookupQuestion, startNs: number, timeoutNs: number, attempts: number): Range | null {
  const servers = nameservers.slice(0, limits.nameservers);
  // In whole milliseconds, as musl divides; so 5 s in 3 attempts leave time for a fourth query, 2 ms before the end.
  const intervalNs = Math.floor(timeoutNs / attempts / millisecondNs) * millisecondNs;
  for (let sentNs = startNs; sentNs < startNs + timeoutNs; sentNs += intervalNs) {
    const up = servers.filter((server) => stateAt(server, sentNs) === 'answering');
    const quickest = hull(up.map(({ rttNs }) => rttNs));
    if (quickest !== null) return { minNs: sentNs + quickest.minNs, maxNs: sentNs + quickest.maxNs };
  }
  return null;
}

function failedAt(ns: number, why: string): ExpectedLookup {
  return { answered: null, failed: { minNs: ns, maxNs: ns }, why };
}
