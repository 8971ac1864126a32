import type { ExpectedLookup, LookupQuestion } from './lookup-question.ts';
import { hasEnoughDots, nameList } from './name-list.ts';
import type { NamePlan, Try } from './name-plan.ts';
import type { Nameserver } from './nameserver.ts';
import { exactly } from './range.ts';
import { walk } from './walk.ts';

const secondNs = 1_000_000_000;

/** `RES_TIMEOUT`, `RES_DFLRETRY`, `RES_MAXRETRANS`, `RES_MAXRETRY`, `MAXNS` of glibc's resolv/resolv.h and bits/types/res_state.h. */
const limits = { timeoutS: 5, attempts: 2, mostTimeoutS: 30, mostAttempts: 5, nameservers: 3 };

/**
 * glibc's `getaddrinfo`: for each attempt each server is asked for A and AAAA at once on one socket, and waited for
 * `timeout << n` seconds, divided by the number of servers for all but the first, at least 1 s (`send_dg` in
 * resolv/res_send.c). A refusal goes on at once. Nothing is remembered from one lookup to the next. After silence the
 * search list is walked no further than its next name; NXDOMAIN walks all of it (`__res_context_search`, res_query.c).
 * When one of the two answers came and not the other, the same server is asked once more, one query at a time (RES_SNGLKUP).
 */
export function predictGlibc(question: LookupQuestion): ExpectedLookup {
  const { resolvConf, name } = question;
  const names = nameList(name, resolvConf);
  const asIsFirst = hasEnoughDots(name, resolvConf.ndots);
  const tries = triesOf(question);
  const plans = names.map((fullName, index): NamePlan => {
    const next = index + 1 < names.length ? index + 1 : null;
    return {
      fullName,
      exists: question.exists(fullName),
      tries,
      afterMissing: next,
      afterSilence: asIsFirst ? (index === 0 ? next : null) : index < names.length - 1 ? names.length - 1 : null,
    };
  });
  return walk(plans, question.dueNs, question.refusals);
}

function triesOf({ resolvConf, nameservers, heardHalf = false }: LookupQuestion): readonly Try[] {
  const timeoutS = Math.min(resolvConf.timeoutS ?? limits.timeoutS, limits.mostTimeoutS);
  const attempts = Math.min(resolvConf.attempts ?? limits.attempts, limits.mostAttempts);
  const servers = nameservers.slice(0, limits.nameservers);
  const round = servers.map((server, index): Try => {
    const shifted = timeoutS * 2 ** index;
    const waitS = Math.max(1, index > 0 ? Math.floor(shifted / servers.length) : shifted);
    return { server, waitNs: exactly(waitS * secondNs), hearsRefusal: 'at-once' };
  });
  const tries = Array.from({ length: attempts }, () => round).flat();
  const [first] = round;
  return heardHalf && first !== undefined ? [{ ...first, server: fallenSilent(first.server) }, ...tries] : tries;
}

/** To this one lookup; what it asks again meets the server as it really is by then. */
function fallenSilent(server: Nameserver): Nameserver {
  return { ...server, spans: [{ fromNs: -Infinity, untilNs: Infinity, state: 'silent' }] };
}
