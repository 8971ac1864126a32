import type { Doing } from '../../journal/entry.ts';

/** `creating 40 probe pods (at most 90 s)` */
export function doingInWords({ what, atMostNs }: Doing): string {
  return atMostNs === null ? what : `${what} (at most ${Math.round(atMostNs / 1e9)} s)`;
}
