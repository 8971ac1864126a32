import { completeLookups } from './complete-lookups.ts';
import type { DnsResponse, Entry, FaultMark, Fit, Head, NodeEvent, PhaseMark, Probe, Trouble } from './entry.ts';
import type { Journal } from './journal.ts';
import { JournalError } from './journal-error.ts';
import { ProbePile } from './probe-pile.ts';
import { RecordedLookups } from './recorded-lookups.ts';

/**
 * Sorts entries into a journal; their order does not matter, except that the head is first. Doubled and missing lines
 * of a probe become troubles, since a judge must not take a hole in the record for a quiet network.
 */
export function collectJournal(entries: Iterable<Entry>): Journal {
  const pile = new JournalPile();
  for (const entry of entries) pile.add(entry);
  return pile.journal();
}

/** `collectJournal` for whoever has the entries one by one. Of lookups and responses it keeps the facts, not the objects that it is given. */
export class JournalPile {
  #head: Head | undefined;
  #hypothesis: unknown = null;
  readonly #probes = new Map<string, Probe>();
  readonly #lookups = new Map<string, ProbePile>();
  readonly #phases: PhaseMark[] = [];
  readonly #faults: FaultMark[] = [];
  readonly #nodeEvents: NodeEvent[] = [];
  readonly #responses = new Map<string, DnsResponse[]>();
  readonly #words = new Map<string, string>();
  readonly #troubles: Trouble[] = [];
  #fit: Fit | null = null;

  /** @throws RangeError when it is a batch with a damaged row, JournalError when it can't stand in this journal */
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
        this.#lookupsOf(entry.probe).add(entry);
        break;
      case 'lookups':
        this.#lookupsOf(entry.probe).addBatch(entry);
        break;
      case 'response':
        this.#addResponse(entry);
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
    for (const probe of this.#lookups.keys()) {
      if (!this.#probes.has(probe))
        throw new JournalError(`the journal has lookups of "${probe}", but no probe of that name`);
    }
    for (const probe of this.#fit?.leftOut ?? []) {
      this.#lookups.delete(probe);
      this.#responses.delete(probe);
      this.#probes.delete(probe);
    }
    const lookups = new Map([...this.#lookups].map(([probe, pile]) => [probe, pile.table()]));
    const complete = completeLookups(lookups, this.#troubles);
    return {
      head: this.#head,
      hypothesis: this.#hypothesis,
      probes: [...this.#probes.values()].map((probe) => fitted(probe, this.#fit)),
      fit: this.#fit,
      observations: new RecordedLookups(complete.lookups),
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

  #lookupsOf(probe: string): ProbePile {
    let lookups = this.#lookups.get(probe);
    if (lookups === undefined) this.#lookups.set(probe, (lookups = new ProbePile(probe)));
    return lookups;
  }

  #addResponse(response: DnsResponse): void {
    const probe = this.#shared(response.probe);
    const server = this.#shared(response.server);
    const queryName = this.#shared(response.queryName);
    const kept = { ...response, probe, server, queryName };
    const responses = this.#responses.get(probe);
    if (responses === undefined) this.#responses.set(probe, [kept]);
    else responses.push(kept);
  }

  /** The string that was kept first of all that equal this one: a parser makes each anew. */
  #shared(text: string): string {
    const known = this.#words.get(text);
    if (known === undefined) this.#words.set(text, text);
    return known ?? text;
  }
}

/** As it asked from the baseline on. */
function fitted(probe: Probe, fit: Fit | null): Probe {
  return fit === null || probe.rate === 'quiet' ? probe : { ...probe, intervalNs: probe.intervalNs * fit.slower };
}

function byTime(a: { readonly atNs: number }, b: { readonly atNs: number }): number {
  return a.atNs - b.atNs;
}
