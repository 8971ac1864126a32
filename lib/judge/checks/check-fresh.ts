import type { SiteName } from '../../journal/entry.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/**
 * Kubelet waits longer before each restart of one pod's container, so a drill that begins on a pod with restarts measures
 * an earlier one's back-off. The last container start before the first fault tells how many there were.
 */
export function checkFresh({ journal }: CheckInput): Check {
  const base = { name: 'fresh node-cache', bound: 'no restart before the first fault' };
  const injected = journal.faults.filter(({ event }) => event === 'injected');
  const sites = [...new Set(injected.map(({ site }) => site))];
  if (sites.length === 0) return { ...base, found: 'nothing was injected', result: 'ok', advice: '' };

  const counts = sites.map((site) => restartsBefore(site));
  if (counts.includes(null)) {
    return { ...base, found: 'no record of the container before the fault', result: 'not-measured', advice: '' };
  }
  const restarts = Math.max(...counts.map((count) => count ?? 0));
  return {
    ...base,
    found: restarts === 0 ? `0 restarts on ${sites.length} of ${sites.length} sites` : `${restarts} restarts`,
    result: restarts === 0 ? 'ok' : 'missed',
    advice: restarts === 0 ? '' : 'Delete the node-cache pod before the run: a new one has no back-off.',
  };

  function restartsBefore(site: SiteName): number | null {
    const firstNs = Math.min(...injected.filter((mark) => mark.site === site).map(({ atNs }) => atNs));
    const start = journal.nodeEvents.findLast(
      (event) => event.site === site && event.atNs < firstNs && typeof event.detail['restarts'] === 'number',
    );
    const restarts = start?.detail['restarts'];
    return typeof restarts === 'number' ? restarts : null;
  }
}
