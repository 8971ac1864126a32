import { source } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

/** The flag is a duration that the program multiplies by a second once more. */
export const syncInterval = ofEachNodeCache((nodeCache) => {
  const value = nodeCache.flags.get('syncinterval');
  if (value === undefined || /^\d+ns$/.test(value)) return null;
  return {
    ...about(nodeCache),
    severity: 'problem',
    what: `${objectText(nodeCache.object)} runs with -syncinterval=${value}`,
    why: 'node-cache multiplies the flag by a second: `5s` overflows to decades, so that lost rules and addresses never come back; `10s` and others become negative, and the process panics.',
    change: 'Leave it out (60 s), or write the seconds as nanoseconds: `5ns` is 5 s.',
    sources: [source('kubernetes/dns cmd/node-cache/main.go and app/cache_app.go, release 1.26.8')],
  };
});
