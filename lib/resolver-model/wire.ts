import type { ExpectedLookup, LookupQuestion } from './lookup-question.ts';
import { exactly } from './range.ts';
import { resolverTimeoutNs } from './resolver-timeout.ts';
import { walk } from './walk.ts';

/** The wire probe: one query to its one server, no retry, no search list (probes/PROTOCOL.md). */
export function predictWire(question: LookupQuestion): ExpectedLookup {
  const waitNs = exactly(resolverTimeoutNs('wire', question.resolvConf));
  const plan = {
    fullName: question.name,
    exists: question.exists(question.name),
    tries: question.nameservers.slice(0, 1).map((server) => ({ server, waitNs, hearsRefusal: 'at-once' as const })),
    afterMissing: null,
    afterSilence: null,
  };
  return walk([plan], question.dueNs, question.refusals);
}
