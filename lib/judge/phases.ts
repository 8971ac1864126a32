import type { Observation, SiteName } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import { impatientDeadlineNs } from './lookup.ts';

/** A stretch of time; `untilNs` is Infinity for the last one. */
export interface Span {
  readonly fromNs: number;
  readonly untilNs: number;
}

/** From a fault's injection at one site to the next injection there. Fault 0: nothing is injected in the whole journal. */
export interface FaultWindow extends Span {
  readonly fault: number;
}

/**
 * The baseline: from its mark (what comes before is warm-up and counts nowhere) to the first injection or the next mark.
 * Null when the run did not come so far.
 */
export function baselineSpan(journal: Journal): Span | null {
  const begins = journal.phases.find(({ phase }) => phase === 'baseline');
  if (begins === undefined) return null;
  const ends = [
    ...journal.phases.filter(({ phase, atNs }) => phase !== 'baseline' && atNs >= begins.atNs),
    ...journal.faults.filter(({ event }) => event === 'injected'),
  ].map(({ atNs }) => atNs);
  return { fromNs: begins.atNs, untilNs: Math.min(Infinity, ...ends) };
}

/**
 * The lookups that count: due from the baseline on, and before the plan was over. What is due while probes are being stopped, one after the
 * other, measures their stopping; what was due before and is still in flight counts.
 */
export function countedSpan(journal: Journal): Span {
  const draining = journal.phases.find(({ phase }) => phase === 'draining');
  return { fromNs: baselineSpan(journal)?.fromNs ?? 0, untilNs: draining?.atNs ?? Infinity };
}

/** Whether the run reached its end, so that what was still under way then had had its time. */
export function isComplete(journal: Journal): boolean {
  return journal.phases.some(({ phase }) => phase === 'end');
}

/**
 * The faults as a site met them, in order. A site that was hit by itself counts from its own injection; the control (and
 * a site whose injection is missing) from the earliest one anywhere. A journal without any fault is one window, fault 0,
 * from the baseline on, so that "nothing happened" is measured like everything else.
 */
export function faultWindows(journal: Journal, site: SiteName): readonly FaultWindow[] {
  const injected = journal.faults.filter(({ event }) => event === 'injected');
  const numbers = [...new Set(injected.map(({ fault }) => fault))].sort((a, b) => a - b);
  if (numbers.length === 0) {
    return [{ fault: 0, fromNs: baselineSpan(journal)?.fromNs ?? Infinity, untilNs: Infinity }];
  }

  const starts = numbers.map((number) => {
    const marks = injected.filter(({ fault }) => fault === number);
    const own = marks.filter((mark) => mark.site === site);
    return Math.min(...(own.length > 0 ? own : marks).map(({ atNs }) => atNs));
  });
  return numbers.map((fault, index) => ({
    fault,
    fromNs: starts[index] ?? Infinity,
    untilNs: starts[index + 1] ?? Infinity,
  }));
}

/**
 * A lookup belongs to every window that its time from due to end overlaps: one that was begun before the kill and lost
 * by it is the kill's. It is the kill's alone if it was due less than 1 s before: until then it was as good as any, and
 * counted to the fault before it would keep that one's outage open for ever.
 */
export function belongsTo({ dueNs, endNs }: Observation, { fromNs, untilNs }: Span): boolean {
  const overtaken = endNs >= untilNs && dueNs >= untilNs - impatientDeadlineNs;
  return dueNs < untilNs && endNs >= fromNs && !overtaken;
}

/** Lookups of the baseline: due in it, and ended before it did. What was still under way then is the first fault's. */
export function isBaseline({ dueNs, endNs }: Observation, span: Span | null): boolean {
  return span !== null && dueNs >= span.fromNs && endNs < span.untilNs;
}
