import type { ClusterView } from '../cluster-view.ts';
import type { Finding } from '../finding.ts';
import { attemptsZero } from './attempts-zero.ts';
import { binds } from './binds.ts';
import { cacheNeverFirst } from './cache-never-first.ts';
import { clusterDnsAssumed } from './cluster-dns-assumed.ts';
import { cpuLimit } from './cpu-limit.ts';
import { crashes } from './crashes.ts';
import { domainMissing } from './domain-missing.ts';
import { fallbackSameProcess } from './fallback-same-process.ts';
import { fallbackSlow } from './fallback-slow.ts';
import { foreignNameserver } from './foreign-nameserver.ts';
import { forwardsToItself } from './forwards-to-itself.ts';
import { hostNetworkPolicy } from './host-network-policy.ts';
import { liveness } from './liveness.ts';
import { localRedirect } from './local-redirect.ts';
import { memoryLimit } from './memory-limit.ts';
import { missingUpstream } from './missing-upstream.ts';
import { noNodeCache } from './no-node-cache.ts';
import { noPidfile } from './no-pidfile.ts';
import { noSearches } from './no-searches.ts';
import { nobodyAnswers } from './nobody-answers.ts';
import { nodesWithout } from './nodes-without.ts';
import { notReady } from './not-ready.ts';
import { ownDnsPolicy } from './own-dns-policy.ts';
import { pastTheCache } from './past-the-cache.ts';
import { placeholders } from './placeholders.ts';
import { podsLoseDns } from './pods-lose-dns.ts';
import { priority } from './priority.ts';
import { rotates } from './rotates.ts';
import type { Rule } from './rule.ts';
import { serviceProxy } from './service-proxy.ts';
import { skipsTearDown } from './skips-tear-down.ts';
import { surge } from './surge.ts';
import { syncInterval } from './sync-interval.ts';
import { tcpToOutside } from './tcp-to-outside.ts';
import { timeoutZero } from './timeout-zero.ts';
import { tooManyNameservers } from './too-many-nameservers.ts';
import { updateStrategy } from './update-strategy.ts';
import { versions } from './versions.ts';

/** Everything that is looked for, by name; within a severity, findings come in this order. */
const rules: Readonly<Record<string, Rule>> = {
  'not-ready': notReady,
  crashes,
  'nobody-answers': nobodyAnswers,
  'fallback-same-process': fallbackSameProcess,
  'foreign-nameserver': foreignNameserver,
  'cache-never-first': cacheNeverFirst,
  'too-many-nameservers': tooManyNameservers,
  'attempts-zero': attemptsZero,
  'timeout-zero': timeoutZero,
  placeholders,
  binds,
  'forwards-to-itself': forwardsToItself,
  'missing-upstream': missingUpstream,
  'domain-missing': domainMissing,
  'own-dns-policy': ownDnsPolicy,
  'service-proxy': serviceProxy,
  'sync-interval': syncInterval,
  'skips-tear-down': skipsTearDown,
  surge,
  liveness,
  'pods-lose-dns': podsLoseDns,
  'cluster-dns-assumed': clusterDnsAssumed,
  'fallback-slow': fallbackSlow,
  rotates,
  'update-strategy': updateStrategy,
  versions,
  'local-redirect': localRedirect,
  'memory-limit': memoryLimit,
  priority,
  'no-pidfile': noPidfile,
  'cpu-limit': cpuLimit,
  'tcp-to-outside': tcpToOutside,
  'past-the-cache': pastTheCache,
  'no-searches': noSearches,
  'host-network-policy': hostNetworkPolicy,
  'nodes-without': nodesWithout,
  'no-node-cache': noNodeCache,
};

/** Every finding of every rule. */
export function runRules(view: ClusterView): readonly Finding[] {
  return Object.entries(rules).flatMap(([rule, look]) => look(view).map((draft): Finding => ({ rule, ...draft })));
}
