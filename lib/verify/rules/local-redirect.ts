import { issue } from '../finding.ts';
import { objectText } from '../object-name.ts';
import type { Rule } from './rule.ts';

export const localRedirect: Rule = ({ redirects }) =>
  redirects.map(({ object, ip }) => ({
    severity: 'risk',
    what: `${objectText(object)} sends ${ip} to node-cache`,
    objects: [object],
    pods: null,
    why: 'Users see lookups fail at every disruption of node-cache, and on new nodes before it runs: it has no readiness probe that asks port 53, so it counts as a backend before it answers and after it has stopped.',
    change:
      'Measure an update with a drill; give pods that must not feel it a second nameserver that is not redirected.',
    sources: [issue('cilium/cilium', 43454), issue('cilium/cilium', 43080), issue('kubernetes/dns', 642)],
  }));
