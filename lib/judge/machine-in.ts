import type { Journal } from '../journal/journal.ts';
import { machinePressure, type MachinePressure } from '../journal/machine-pressure.ts';
import { countedSpan } from './phases.ts';

/** How hard the machine was pressed while lookups counted. */
export function machineIn(journal: Journal): MachinePressure {
  const { fromNs, untilNs } = countedSpan(journal);
  return machinePressure(journal.nodeEvents.filter(({ atNs }) => atNs >= fromNs && atNs < untilNs));
}
