import type { Journal } from './journal.ts';

/** The journal of a recorder that was killed before it could end it: it tells so itself, so that what it holds is judged as cut short. */
export function interrupted(journal: Journal, message: string): Journal {
  const trouble = { type: 'trouble', atNs: lastNs(journal), what: 'aborted', probe: null, message } as const;
  return { ...journal, troubles: [...journal.troubles, trouble] };
}

function lastNs({ head, phases, faults, nodeEvents, troubles, observations }: Journal): number {
  let last = head.atNs;
  for (const { atNs } of [...phases, ...faults, ...nodeEvents, ...troubles]) last = Math.max(last, atNs);
  for (const lookups of observations.values()) for (const { endNs } of lookups) last = Math.max(last, endNs);
  return last;
}
