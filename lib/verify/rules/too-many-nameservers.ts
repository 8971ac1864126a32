import { source } from '../finding.ts';
import { ofPods } from './of-pods.ts';

export const tooManyNameservers = ofPods(({ resolvConf }) => resolvConf.leftOut.length > 0, {
  severity: 'problem',
  what: (one) => `${one ? 'comes' : 'come'} to more than three nameservers`,
  why: "kubelet writes its own clusterDNS first, appends dnsConfig's, and cuts after three (event DNSConfigForming): the last of dnsConfig are never asked.",
  change: 'Use dnsPolicy None and name three at most.',
  sources: [source('kubernetes/kubernetes pkg/kubelet/network/dns/dns.go')],
});
