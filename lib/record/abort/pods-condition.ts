import type { AbortCondition } from '../../config/abort-condition.ts';
import type { Kube } from '../../kube/kube.ts';
import { listPods } from '../../kube/objects.ts';
import { hasEnded, isReady } from '../../kube/pod-state.ts';
import type { Condition } from './condition.ts';

/** Bad when more pods than allowed are not Ready, or none is there; those that have ended count as gone. */
export function podsCondition(
  kube: Kube,
  { namespace, selector, atMostNotReady, every }: Extract<AbortCondition, { watch: 'pods' }>,
): Condition {
  return {
    name: `pods ${selector} in ${namespace}`,
    everyNs: every,
    ask: async (signal) => {
      const { items } = await listPods(kube, { namespace, labels: selector }, signal);
      const there = items.filter((pod) => !hasEnded(pod));
      if (there.length === 0) return 'there is no such pod';
      const notReady = there.filter((pod) => !isReady(pod)).map(({ metadata }) => metadata?.name ?? '');
      if (notReady.length <= atMostNotReady) return null;
      return `${notReady.length} of ${there.length} not Ready (${notReady.slice(0, 3).join(', ')}${notReady.length > 3 ? ', …' : ''}), at most ${atMostNotReady} may be`;
    },
  };
}
