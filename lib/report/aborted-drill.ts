import type { Journal } from '../journal/journal.ts';
import { faultLabel } from './fault-label.ts';

/** What a reader of an aborted drill must know: when, why, what was undone, what was left behind. */
export interface AbortedDrill {
  readonly when: string;
  readonly why: string;
  readonly undone: string;
  readonly leftBehind: string;
}

export function abortedDrill({ head, troubles, faults }: Journal): AbortedDrill {
  const trouble = troubles.find(({ what }) => what === 'aborted');
  const injected = faults.filter((fault) => fault.event === 'injected');
  const hit = (event: 'reverted' | 'revert-failed'): readonly string[] =>
    faults.filter((fault) => fault.event === event).map((fault) => `${faultLabel(fault)} on ${fault.node}`);
  const undone = hit('reverted');
  const failed = hit('revert-failed');
  return {
    when: trouble === undefined ? '' : whenWords(trouble.atNs, head.atNs, injected),
    why: trouble?.message ?? 'unknown',
    undone:
      undone.length === 0
        ? 'nothing was recorded of it; a killed process is put back by the cluster itself'
        : undone.join(', '),
    leftBehind:
      failed.length === 0
        ? 'nothing that is known'
        : failed.map((fault) => `${fault}, which could not be undone`).join('; '),
  };
}

function whenWords(atNs: number, startNs: number, injected: Journal['faults']): string {
  const last = injected.findLast((fault) => fault.atNs <= atNs);
  const seconds = (fromNs: number): string => ((atNs - fromNs) / 1e9).toFixed(1);
  return last === undefined
    ? `${seconds(startNs)} s after the start`
    : `${seconds(last.atNs)} s after ${faultLabel(last)}`;
}
