import { issue, measured } from '../finding.ts';
import { ofPods } from './of-pods.ts';

/** A second nameserver that dies together with the first. */
export const fallbackSameProcess = ofPods(({ killed, nameservers }) => killed === 'loses' && nameservers.length > 1, {
  severity: 'problem',
  what: (one) => `${one ? 'has' : 'have'} a second nameserver that is no fallback`,
  why: "node-cache holds both addresses on the pod's node, so both are dead until its process is back. Where it listens on the kube-dns ClusterIP too, that address is one of its link, kept from kube-proxy by NOTRACK rules.",
  change: 'Use the ClusterIP of kube-dns-upstream as second nameserver: nobody binds it on the node.',
  sources: [measured('docs/findings.md, "Fallback to the ClusterIP"'), issue('kubernetes/community', 2842)],
});
