import { measured, source } from '../finding.ts';
import { ofPods } from './of-pods.ts';

/** Pods for which node-cache is all there is. */
export const podsLoseDns = ofPods(({ killed, nameservers }) => killed === 'loses' && nameservers.length === 1, {
  severity: 'risk',
  what: (one) => `${one ? 'loses' : 'lose'} DNS whenever node-cache is gone from ${one ? 'its' : 'their'} node`,
  why: 'The only nameserver is held by node-cache. After SIGKILL, out of memory or a fatal error its link and rules stay, and nobody listens: for 1 to 2 s after a first crash, for 10 to 15 s after a second within ten minutes, then for longer each time.',
  change:
    'Give those that must not feel it a second nameserver that node-cache does not hold (the ClusterIP of kube-dns-upstream), `timeout: 2`, and dnsPolicy None; or measure with a drill what they lose.',
  sources: [measured('docs/findings.md'), source("kubelet's back-off: pkg/kubelet/kubelet.go, MaxContainerBackOff")],
});
