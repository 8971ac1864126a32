import type { ExpectedLookup, LookupQuestion } from './lookup-question.ts';
import { nameList } from './name-list.ts';
import type { NamePlan, Try } from './name-plan.ts';
import { exactly } from './range.ts';
import { walk } from './walk.ts';

const secondNs = 1_000_000_000;

/** `dnsReadConfig` in Go's net/dnsconfig_unix.go: defaults, no less than 1 of either, and no more than three servers. */
const limits = { timeoutS: 5, attempts: 2, nameservers: 3 };

/**
 * Go's own resolver: for each attempt each server is asked and waited for the whole `timeout` (`tryOneName` in
 * net/dnsclient_unix.go); any error goes on, NXDOMAIN ends the name. Every name of the list is tried, after silence too
 * (`goLookupIPCNAMEOrder`). A and AAAA go side by side and the lookup lasts as long as the later; both meet the same
 * servers, so that one stands for both here. Lookups of one name that overlap share one attempt: see `shared-flights.ts`.
 */
export function predictGo(question: LookupQuestion): ExpectedLookup {
  const names = nameList(question.name, question.resolvConf);
  const tries = triesOf(question);
  const plans = names.map((fullName, index): NamePlan => {
    const next = index + 1 < names.length ? index + 1 : null;
    return { fullName, exists: question.exists(fullName), tries, afterMissing: next, afterSilence: next };
  });
  return walk(plans, question.dueNs, question.refusals);
}

function triesOf({ resolvConf, nameservers }: LookupQuestion): readonly Try[] {
  const timeoutS = Math.max(1, resolvConf.timeoutS ?? limits.timeoutS);
  const attempts = Math.max(1, resolvConf.attempts ?? limits.attempts);
  const round = nameservers
    .slice(0, limits.nameservers)
    .map((server): Try => ({ server, waitNs: exactly(timeoutS * secondNs), hearsRefusal: 'at-once' }));
  return Array.from({ length: attempts }, () => round).flat();
}
