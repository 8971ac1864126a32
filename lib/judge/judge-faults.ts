import type { FaultMark, SiteName } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import { takeRecoveryApart } from './recovery.ts';
import type { FaultVerdict } from './verdict.ts';

/** One verdict for each injection at each site, in order of time. */
export function judgeFaults(journal: Journal): readonly FaultVerdict[] {
  return journal.faults
    .filter(({ event }) => event === 'injected')
    .map((mark) => ({
      fault: mark.fault,
      kind: mark.kind,
      site: mark.site,
      node: mark.node,
      injectedNs: mark.atNs,
      confirmed: isConfirmed(journal, mark.fault, mark.site),
      detail: detailOf(journal, mark),
      recovery: takeRecoveryApart(journal, mark),
    }));
}

/** Confirmed by evidence, and not contradicted: what could not be reverted was not the fault that was planned. */
export function isConfirmed(journal: Journal, fault: number, site: SiteName): boolean {
  const events = journal.faults.filter((mark) => mark.fault === fault && mark.site === site).map(({ event }) => event);
  return events.includes('confirmed') && !events.includes('unconfirmed') && !events.includes('revert-failed');
}

function detailOf(journal: Journal, injected: FaultMark): string {
  const later = journal.faults.findLast(
    ({ fault, site, event }) => fault === injected.fault && site === injected.site && /confirmed/.test(event),
  );
  return later?.detail ?? injected.detail;
}
