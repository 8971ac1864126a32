import { source } from '../finding.ts';
import { ofPods } from './of-pods.ts';

export const noSearches = ofPods(
  ({ resolvConf, nameservers }) =>
    resolvConf.base === 'none' &&
    resolvConf.searches.length === 0 &&
    nameservers.some(({ answerer }) => answerer === 'node-cache' || answerer === 'cluster'),
  {
    severity: 'note',
    what: (one) => `${one ? 'asks' : 'ask'} cluster DNS without a search list`,
    why: 'dnsPolicy None brings no searches, so Services resolve by their full names only (`web.shop.svc.cluster.local`).',
    change: 'Add dnsConfig.searches unless the application knows full names.',
    sources: [source('kubernetes/kubernetes pkg/kubelet/network/dns/dns.go')],
  },
);
