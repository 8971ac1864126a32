import { countOf } from '../format.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/** Lost lines, broken streams, an agent that went away: errors of the suite, never observations. */
export function checkTroubles({ journal }: CheckInput): Check {
  const first = journal.troubles[0];
  return {
    name: 'no trouble',
    bound: 'nothing lost, no error of the suite',
    found: first === undefined ? 'none' : `${countOf(journal.troubles.length, 'trouble')}, first: ${first.message}`,
    result: first === undefined ? 'ok' : 'missed',
    advice: first === undefined ? '' : advice[first.what],
  };
}

const advice: Readonly<Record<CheckInput['journal']['troubles'][number]['what'], string>> = {
  gap: 'Lines of a probe were lost; look at the log rotation of its node and at the load, then run it again.',
  stream: 'A log stream broke or repeated itself; look at the API server and the kubelet of that node.',
  probe: 'A probe could not run as planned; look at its pod, its limits and the load of its node.',
  fault: 'The fault could not be injected or put back; look at node-cache on that node before the next run.',
  agent: 'The node agent failed; look at its pod on that node.',
  cluster: 'The cluster did not answer as it should; check that it is healthy without any fault.',
  capture: 'Packets were lost by the capture; use fewer probes or a longer interval.',
  aborted: 'The run was aborted; run it again.',
};
