import type { NodeEvent } from './entry.ts';

/** How hard a machine was pressed, as shares from 0 to 1; null where it was not told. */
export interface MachinePressure {
  /** Of all cores together. */
  readonly cpuBusy: number | null;
  /** For what part of the time at least one task had to wait for a core: PSI, `some` (Documentation/accounting/psi.rst of Linux). */
  readonly cpuPressure: number | null;
  /** What a hypervisor gave to others. */
  readonly cpuSteal: number | null;
}

/** What the node agents' events `pressure` say of the time from the first to the last of them, of the worst node. */
export function machinePressure(events: readonly NodeEvent[]): MachinePressure {
  const told = events.filter(({ event }) => event === 'pressure');
  const nodes = [...Map.groupBy(told, ({ node }) => node).values()].map((of) => between(of.at(0), of.at(-1)));
  return {
    cpuBusy: most(nodes.map(({ cpuBusy }) => cpuBusy)),
    cpuPressure: most(nodes.map(({ cpuPressure }) => cpuPressure)),
    cpuSteal: most(nodes.map(({ cpuSteal }) => cpuSteal)),
  };
}

/** A core that is free for less than this part of the time makes whoever needs one wait. */
const fullShare = 0.85;

/** True when tasks had to wait for cores most of the time. */
export function isFull({ cpuBusy, cpuPressure }: MachinePressure): boolean {
  return (cpuBusy ?? 0) > fullShare || (cpuPressure ?? 0) > fullShare;
}

/** `cores 97 % busy, tasks waited for one 88 % of the time (PSI), 12 % stolen by the hypervisor`; empty when nothing was told. */
export function pressureInWords({ cpuBusy, cpuPressure, cpuSteal }: MachinePressure): string {
  return [
    ...(cpuBusy === null ? [] : [`cores ${percent(cpuBusy)} busy`]),
    ...(cpuPressure === null ? [] : [`tasks waited for one ${percent(cpuPressure)} of the time (PSI)`]),
    ...(cpuSteal === null || cpuSteal < 0.01 ? [] : [`${percent(cpuSteal)} stolen by the hypervisor`]),
  ].join(', ');
}

/** Counters count since boot, so that two events give what was between them. */
function between(first: NodeEvent | undefined, last: NodeEvent | undefined): MachinePressure {
  const passed = (name: string): number | null => {
    const [from, to] = [first?.detail[name], last?.detail[name]];
    return typeof from === 'number' && typeof to === 'number' ? to - from : null;
  };
  const busyMs = passed('cpu.busyMs');
  const idleMs = passed('cpu.idleMs');
  const stealMs = passed('cpu.stealMs');
  const waitedUs = passed('psiSomeUs.cpu');
  const spanNs = (last?.atNs ?? 0) - (first?.atNs ?? 0);
  const allMs = (busyMs ?? 0) + (idleMs ?? 0) + (stealMs ?? 0);
  const ofAll = (spentMs: number | null) => (spentMs === null || allMs === 0 ? null : spentMs / allMs);
  return {
    cpuBusy: ofAll(busyMs),
    cpuPressure: waitedUs === null || spanNs <= 0 ? null : (waitedUs * 1e3) / spanNs,
    cpuSteal: ofAll(stealMs),
  };
}

function most(shares: readonly (number | null)[]): number | null {
  const known = shares.filter((share) => share !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function percent(share: number): string {
  return `${Math.min(100, Math.round(share * 100))} %`;
}
