import { directivesOf } from '../corefile.ts';
import { source } from '../finding.ts';
import { objectText } from '../object-name.ts';
import type { NodeCache } from '../node-cache.ts';
import { about, ofEachNodeCache } from './rule.ts';

export const liveness = ofEachNodeCache((nodeCache) => {
  const wrong = whatIsWrong(nodeCache);
  if (wrong === null) return null;
  return {
    ...about(nodeCache),
    severity: wrong.severity,
    what: `${objectText(nodeCache.object)} ${wrong.what}`,
    why: wrong.why,
    change:
      'Probe what the Corefile’s health plugin serves: httpGet, host = the link-local address, port 8080, path /health.',
    sources: [source('kubernetes/kubernetes cluster/addons/dns/nodelocaldns/nodelocaldns.yaml')],
  };
});

function whatIsWrong({ container, corefile }: NodeCache) {
  const probe = container.livenessProbe;
  if (probe === undefined)
    return {
      severity: 'risk',
      what: 'has no livenessProbe',
      why: 'A node-cache that hangs keeps its addresses and answers nobody, and nothing ever restarts it.',
    } as const;
  const served = directivesOf(corefile ?? [], 'health').flatMap(({ args }) => args.slice(0, 1));
  const { host, port, path = '/' } = probe.httpGet ?? {};
  if (port === undefined || served.length === 0) return null;
  const fits = served.some((address) => address === `${host ?? ''}:${port}` || address === `:${port}`);
  if (fits && path === '/health') return null;
  return {
    severity: 'problem',
    what: `is probed at ${host ?? 'its own address'}:${port}${path}, and serves health at ${served.join(', ')}`,
    why: 'kubelet finds nothing there, and kills a healthy node-cache again and again: a crash loop.',
  } as const;
}
