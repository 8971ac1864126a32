import type { Entry, Observation, Outcome, Probe } from '../../lib/journal/entry.ts';
import { collectJournal } from '../../lib/journal/collect-journal.ts';
import type { Journal } from '../../lib/journal/journal.ts';
import { syntheticEntries } from './synthetic-journal.ts';

const second = 1_000_000_000;

/** Head and one glibc probe of the synthetic run, for tests that bring their own lookups. */
export function tinyEntries(...more: readonly Entry[]): Entry[] {
  const [head] = syntheticEntries({ sites: [], captures: false });
  if (head === undefined) throw new Error('the synthetic run has no head');
  return [head, tinyProbe(), ...more];
}

export function tinyJournal(...more: readonly Entry[]): Journal {
  return collectJournal(tinyEntries(...more));
}

export function tinyProbe(changes: Partial<Probe> = {}): Probe {
  return {
    type: 'probe',
    probe: 'both/single/glibc/busy',
    site: 'both',
    node: 'worker-1',
    dnsConfig: {
      name: 'single',
      nameservers: ['169.254.20.10'],
      searches: [],
      ndots: 2,
      timeoutS: null,
      attempts: null,
      stock: false,
    },
    resolver: 'glibc',
    resolverVersion: 'glibc 2.36',
    rate: 'busy',
    intervalNs: second,
    queryName: 'www.eu.shop.web.example.com',
    nameKind: 'external',
    pod: { namespace: 'drill', name: 'p', uid: 'u', ip: '10.244.1.7' },
    ...changes,
  };
}

/** A journal as those see it who ask it: the tables in which lookups are kept may differ where the lookups do not. */
export function asSeen(journal: Journal): Journal {
  return { ...journal, observations: new Map(journal.observations) };
}

/** One lookup, due at a second; `took` and `late` in seconds. */
export function lookup(
  seq: number,
  dueS: number,
  outcome: Outcome = 'answered',
  { took = 0.001, late = 0 }: { readonly took?: number; readonly late?: number } = {},
): Observation {
  const dueNs = Math.round(dueS * second);
  const startNs = dueNs + Math.round(late * second);
  return {
    type: 'observation',
    probe: 'both/single/glibc/busy',
    seq,
    dueNs,
    startNs,
    endNs: dueNs + Math.round((late + took) * second),
    outcome,
    answers: outcome === 'answered' ? ['192.0.2.10'] : [],
    error: outcome === 'failed' ? 'EAI_AGAIN' : null,
  };
}

/**
 * One lookup a second from 0 on, a letter each: `.` good, `x` failed, `s` answered after 3 s, `-` not sent, `w` given up
 * after 30 s.
 */
export function lookups(pattern: string): Observation[] {
  return Array.from(pattern, (letter, index) => {
    switch (letter) {
      case 'x':
        return lookup(index, index, 'failed', { took: 0.01 });
      case 's':
        return lookup(index, index, 'answered', { took: 3 });
      case '-':
        return lookup(index, index, 'unsent', { took: 0 });
      case 'w':
        return lookup(index, index, 'abandoned', { took: 30 });
      default:
        return lookup(index, index);
    }
  });
}
