import type { Outage } from './verdict.ts';

/**
 * Bounds of an outage, rounded outward to the coarser of 0.1 s and the probe's interval: `8.9–9.0 s`, never one number.
 * An open one reads `at least 12.4 s, not recovered`; where none was seen: `none`.
 */
export function formatOutage(outage: Outage, intervalNs: number, dash = '–'): string {
  if (outage.kind === 'none') return 'none';
  const grain = grainNs(intervalNs);
  const least = formatSeconds(roundDown(outage.atLeastNs, grain), grain);
  if (outage.atMostNs === null) return `at least ${least} s, not recovered`;
  return `${least}${dash}${formatSeconds(roundUp(outage.atMostNs, grain), grain)} s`;
}

/** As {@link formatOutage}, and for none how long an outage could have hidden: `none (shorter than 50 ms could hide)`. */
export function explainOutage(outage: Outage, intervalNs: number, dash = '–'): string {
  if (outage.kind === 'outage') return formatOutage(outage, intervalNs, dash);
  return `none (shorter than ${formatLatency(outage.couldHideNs)} could hide)`;
}

/** An upper bound in one figure: `≤ 10.0 s`; null is an outage that had not ended. */
export function formatAtMost(atMostNs: number | null, intervalNs: number): string {
  const grain = grainNs(intervalNs);
  return atMostNs === null ? 'not recovered' : `≤ ${formatSeconds(roundUp(atMostNs, grain), grain)} s`;
}

/** Three digits at most and always rounded up, below 10 ms to 0.1 ms: `0.5 ms`, `123 ms`, `2.95 s`, `10.1 s`. */
export function formatLatency(ns: number): string {
  const ms = roundUp(ns, 1e5) / 1e6;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms <= 999) return `${roundUp(ms, 1)} ms`;
  const seconds = ms / 1e3;
  if (roundUp(seconds, 0.01) < 10) return `${roundUp(seconds, 0.01).toFixed(2)} s`;
  if (roundUp(seconds, 0.1) < 100) return `${roundUp(seconds, 0.1).toFixed(1)} s`;
  return `${roundUp(seconds, 1)} s`;
}

/** A limit or a setting, exact and without needless zeros: `500 ms`, `2.5 s`. */
export function formatLimit(ns: number): string {
  return ns !== 0 && ns < 1e9 ? `${Number((ns / 1e6).toPrecision(6))} ms` : `${Number((ns / 1e9).toPrecision(6))} s`;
}

/** `1,200`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 lookup`, `1,200 lookups`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `0 of 1,200`: a share of few is told in numbers, never as 0 %. */
export function formatPart(part: number, whole: number): string {
  return `${formatCount(part)} of ${formatCount(whole)}`;
}

/** A share in percent that is 100 only for all: `> 99 %`, `97 %`, `< 1 %`; none at all is `none`. */
export function formatShare(part: number, whole: number): string {
  if (part === 0 || whole === 0) return 'none';
  if (part === whole) return '100 %';
  const percent = (part / whole) * 100;
  if (percent > 99) return '> 99 %';
  return percent < 1 ? '< 1 %' : `${Math.floor(percent)} %`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** What bounds are rounded to. A finer figure would claim more than samples at this distance can know. */
function grainNs(intervalNs: number): number {
  return Math.max(1e8, intervalNs);
}

function formatSeconds(ns: number, grain: number): string {
  const decimals = [0, 1, 2, 3].find((digits) => isWhole((grain / 1e9) * 10 ** digits)) ?? 3;
  return (ns / 1e9).toFixed(decimals);
}

function roundUp(value: number, grain: number): number {
  return Math.ceil(tidy(value / grain)) * grain;
}

function roundDown(value: number, grain: number): number {
  return Math.floor(tidy(value / grain)) * grain;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-9;
}

/** Takes away the noise of floating point before rounding outward: 0.3 / 0.1 is 3, not 2.9999999999999996. */
function tidy(value: number): number {
  return Number(value.toFixed(6));
}
