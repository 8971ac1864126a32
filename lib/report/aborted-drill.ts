import type { Journal } from '../journal/journal.ts';
import { faultLabel } from './fault-label.ts';

/** What a reader of an aborted drill must know: when, why, what was undone, what was left behind. */
export interface AbortedDrill {
  readonly when: string;
  readonly why: string;
  readonly undone: string;
  readonly leftBehind: string;
}

export function abortedDrill(journal: Journal): AbortedDrill {
  const { head, troubles, faults } = journal;
  const trouble = troubles.find(({ what }) => what === 'aborted');
  const injected = faults.filter((fault) => fault.event === 'injected');
  return {
    when: trouble === undefined ? '' : whenWords(trouble.atNs, head.atNs, injected),
    why: trouble?.message ?? 'unknown',
    ...(wasPutBack(journal) ? byRecorder(journal) : byItself),
  };
}

/** The recorder writes the end of a drill when it has put back what it could. */
function wasPutBack({ phases }: Journal): boolean {
  return phases.some(({ phase }) => phase === 'end');
}

/** Of a recorder that was killed. */
const byItself = {
  undone:
    'nothing by the recorder, which was killed; a killed process is put back by the cluster, other faults by the node agents',
  leftBehind: 'the pods of the run, which the next run deletes',
};

function byRecorder({ troubles, faults }: Journal): Pick<AbortedDrill, 'undone' | 'leftBehind'> {
  const reverted = faults.filter((fault) => fault.event === 'reverted');
  const left = troubles.flatMap(({ message }) => /^left behind: (.*)/s.exec(message)?.[1] ?? []);
  const undone = reverted.map((fault) => `${faultLabel(fault)} on ${fault.node}`);
  return {
    undone: [...undone, ...(left.length === 0 ? ['the pods of the run are deleted'] : [])].join(', ') || 'nothing',
    leftBehind: left.length === 0 ? 'nothing that is known' : left.join('; '),
  };
}

function whenWords(atNs: number, startNs: number, injected: Journal['faults']): string {
  const last = injected.findLast((fault) => fault.atNs <= atNs);
  const seconds = (fromNs: number): string => ((atNs - fromNs) / 1e9).toFixed(1);
  return last === undefined
    ? `${seconds(startNs)} s after the start`
    : `${seconds(last.atNs)} s after ${faultLabel(last)}`;
}
