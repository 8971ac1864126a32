import { countOf } from '../../judge/format.ts';
import { issue } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { ofEachNodeCache } from './rule.ts';

/** It has crashed before, and each time its node had no DNS. */
export const crashes = ofEachNodeCache(({ object, pods }) => {
  const restarted = pods.filter(({ restarts }) => restarts > 0);
  if (restarted.length === 0) return null;
  const restarts = restarted.reduce((sum, pod) => sum + pod.restarts, 0);
  const outOfMemory = restarted.filter(({ lastEnd }) => lastEnd === 'OOMKilled').length;
  return {
    severity: outOfMemory > 0 ? 'problem' : 'risk',
    what: `${objectText(object)} was restarted ${countOf(restarts, 'time')} on ${countOf(restarted.length, 'node')}${outOfMemory > 0 ? `, last for lack of memory on ${countOf(outOfMemory, 'node')}` : ''}`,
    objects: restarted.map(({ namespace, name }) => ({ kind: 'Pod', namespace, name })),
    pods: restarted.length,
    why: 'Each restart is an outage of its node: 1 to 2 s the first time, then 10, 20, 40 … 300 s of back-off.',
    change:
      outOfMemory > 0
        ? 'Take its memory limit away or raise it; a smaller cache and max_concurrent need less.'
        : 'Find out why (`kubectl logs --previous`): a liveness probe that timed out, a node that was restarted, a crash.',
    sources: [issue('kubernetes/dns', 438), issue('kubesphere/kubekey', 3246)],
  };
});
