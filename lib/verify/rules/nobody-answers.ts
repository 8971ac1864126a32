import { source } from '../finding.ts';
import { ofPods } from './of-pods.ts';

/** An address that only a node-cache could hold, where there is none. */
export const nobodyAnswers = ofPods(({ nameservers }) => nameservers.some(({ answerer }) => answerer === 'nobody'), {
  severity: 'problem',
  what: (one) => `${one ? 'asks' : 'ask'} a nameserver that nobody holds on ${one ? 'its' : 'their'} node`,
  why: 'A link-local address is answered only by a node-cache of the same node that listens on it. Here there is none, so lookups fail, or wait for a timeout before they reach another nameserver.',
  change:
    "Let node-cache run on those nodes (its nodeSelector and tolerations), or mend the address in the pods' dnsConfig or in kubelet's clusterDNS.",
  sources: [source('kubernetes/dns cmd/node-cache/app/cache_app.go')],
});
