import type { Lane } from './lane.ts';

/**
 * A lane for the page's script: tokens separated by blanks, one per lookup in order of due time. A number in base 36 is the
 * latency of an answer in 0.1 ms; after `!` failed, after `~` given up; `-` not sent; `@n` skips n lookups (lost lines, or merged).
 */
export function laneData(lane: Lane): string {
  const tokens: string[] = [];
  let next = 0;
  for (const lookup of lane.lookups) {
    if (lookup.n > next) tokens.push(`@${lookup.n - next}`);
    next = lookup.n + 1;
    const latency = Math.round(lookup.latencyMs * 10).toString(36);
    if (lookup.kind === 'unsent') tokens.push('-');
    else if (lookup.kind === 'bad') tokens.push((lookup.abandoned ? '~' : '!') + latency);
    else tokens.push(latency);
  }
  return tokens.join(' ');
}
