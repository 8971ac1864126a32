import { directivesOf } from '../corefile.ts';
import { source } from '../finding.ts';
import { objectText } from '../object-name.ts';
import { about, ofEachNodeCache } from './rule.ts';

/** What it holds and where it listens must be the same. */
export const binds = ofEachNodeCache((nodeCache) => {
  const { corefile, corefileFrom, localIps, listens, object, flags } = nodeCache;
  if (corefile === null || directivesOf(corefile, 'bind').length === 0) return null;
  const silent = localIps.filter((ip) => !listens.includes(ip));
  const missing = flags.get('setupinterface') === 'false' ? [] : listens.filter((ip) => !localIps.includes(ip));
  if (silent.length + missing.length === 0) return null;
  return {
    ...about(nodeCache),
    severity: 'problem',
    what: `${objectText(object)} ${[
      ...(silent.length > 0 ? [`holds ${silent.join(', ')} (-localip) and does not listen there`] : []),
      ...(missing.length > 0 ? [`listens on ${missing.join(', ')}, which -localip does not hold`] : []),
    ].join('; ')} (${corefileFrom})`,
    why: 'An address that is held and not bound swallows every query to it; one that is bound and not held makes CoreDNS fail at its start: a crash loop.',
    change: "Make the Corefile's bind and -localip the same.",
    sources: [source('kubernetes/dns cmd/node-cache/app/cache_app.go')],
  };
});
