import type { DnsResponse, Entry, FaultMark, Fit, Head, NodeEvent, PhaseMark, Probe, Trouble } from './entry.ts';
import type { Journal } from './journal.ts';
import { JournalError } from './journal-error.ts';
import { observationsOf } from './lookup-batch.ts';
import { completeObservations, type ObservationsByProbe } from './complete-observations.ts';

/**
 * Sorts entries into a journal; their order does not matter, except that the head is first. Doubled and missing lines
 * of a probe become troubles, since a judge must not take a hole in the record for a quiet network.
 */
export function collectJournal(entries: Iterable<Entry>): Journal {
  const pile = new Pile();
  for (const entry of entries) pile.add(entry);
  return pile.journal();
}

class Pile {
  #head: Head | undefined;
  #hypothesis: unknown = null;
  readonly #probes = new Map<string, Probe>();
  readonly #observations: ObservationsByProbe = new Map();
  readonly #phases: PhaseMark[] = [];
  readonly #faults: FaultMark[] = [];
  readonly #nodeEvents: NodeEvent[] = [];
  readonly #responses = new Map<string, DnsResponse[]>();
  readonly #troubles: Trouble[] = [];
  #fit: Fit | null = null;

  add(entry: Entry): void {
    if (this.#head === undefined && entry.type !== 'head') {
      throw new JournalError(`a journal begins with its head, not with "${entry.type}"`);
    }
    switch (entry.type) {
      case 'head':
        this.#addHead(entry);
        break;
      case 'hypothesis':
        this.#hypothesis = entry.hypothesis;
        break;
      case 'probe':
        this.#addProbe(entry);
        break;
      case 'observation':
        append(this.#observations, entry.probe, entry);
        break;
      case 'lookups':
        for (const observation of observationsOf(entry)) append(this.#observations, entry.probe, observation);
        break;
      case 'response':
        append(this.#responses, entry.probe, entry);
        break;
      case 'phase':
        this.#phases.push(entry);
        break;
      case 'fault':
        this.#faults.push(entry);
        break;
      case 'node':
        this.#nodeEvents.push(entry);
        break;
      case 'fit':
        this.#fit = entry;
        break;
      case 'trouble':
        this.#troubles.push(entry);
        break;
      case 'doing':
      case 'seal':
    }
  }

  journal(): Journal {
    if (this.#head === undefined) throw new JournalError('the journal is empty: it has no head');
    for (const probe of this.#observations.keys()) {
      if (!this.#probes.has(probe))
        throw new JournalError(`the journal has lookups of "${probe}", but no probe of that name`);
    }
    for (const probe of this.#fit?.leftOut ?? []) {
      this.#observations.delete(probe);
      this.#responses.delete(probe);
      this.#probes.delete(probe);
    }
    const complete = completeObservations(this.#observations, this.#troubles);
    return {
      head: this.#head,
      hypothesis: this.#hypothesis,
      probes: [...this.#probes.values()].map((probe) => fitted(probe, this.#fit)),
      fit: this.#fit,
      observations: complete.observations,
      phases: this.#phases.sort(byTime),
      faults: this.#faults.sort(byTime),
      nodeEvents: this.#nodeEvents.sort(byTime),
      responses: new Map([...this.#responses].map(([probe, responses]) => [probe, responses.sort(byTime)])),
      troubles: [...this.#troubles, ...complete.troubles].sort(byTime),
    };
  }

  #addHead(head: Head): void {
    if (this.#head !== undefined) throw new JournalError(`the journal has a second head (run ${head.runId})`);
    this.#head = head;
  }

  #addProbe(probe: Probe): void {
    if (this.#probes.has(probe.probe)) throw new JournalError(`the journal describes probe "${probe.probe}" twice`);
    this.#probes.set(probe.probe, probe);
  }
}

/** As it asked from the baseline on. */
function fitted(probe: Probe, fit: Fit | null): Probe {
  return fit === null || probe.rate === 'quiet' ? probe : { ...probe, intervalNs: probe.intervalNs * fit.slower };
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function byTime(a: { readonly atNs: number }, b: { readonly atNs: number }): number {
  return a.atNs - b.atNs;
}
