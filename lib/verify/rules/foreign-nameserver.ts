import { issue, source } from '../finding.ts';
import { ofPods } from './of-pods.ts';

/** A nameserver that does not know the cluster's names, beside one that does. */
export const foreignNameserver = ofPods(
  ({ nameservers, resolvConf }) =>
    resolvConf.base !== 'node' &&
    nameservers.some(({ answerer }) => answerer === 'foreign') &&
    nameservers.some(({ answerer }) => answerer !== 'foreign'),
  {
    severity: 'problem',
    what: (one) => `${one ? 'mixes' : 'mix'} cluster DNS with a nameserver outside of it`,
    why: 'The nameservers of a resolv.conf must know the same names. The outside one answers NXDOMAIN for Services, and that is final: musl (Alpine) asks all at once and takes the first answer; glibc and Go do so whenever the first is late.',
    change: 'Name only servers that know the cluster’s names; kube-dns-upstream as second one.',
    sources: [issue('kubernetes/kubernetes', 15592), source('musl src/network/res_msend.c')],
  },
);
