import { Gauge, type Registry } from 'prom-client';

/** All names begin with it. */
export const prefix = 'nodelocal_drill_';

/** A gauge of this registry alone; the library's default is one for the whole process. */
export function gauge<const Label extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly Label[],
): Gauge<Label> {
  return new Gauge({ name: `${prefix}${name}`, help, labelNames: [...labelNames], registers: [registry] });
}

/** One series for each state that there could be: 1 for the one that is, 0 for the others, so that no series goes away. */
export function setState<Label extends string>(
  of: Gauge<Label | 'result'>,
  labels: Readonly<Record<Exclude<Label, 'result'>, string>>,
  state: string,
  states: readonly string[],
): void {
  for (const each of states)
    of.set({ ...labels, result: each } as Record<Label | 'result', string>, each === state ? 1 : 0);
}

export function seconds(ns: number): number {
  return ns / 1e9;
}
