import { measured } from '../finding.ts';
import { ofPods } from './of-pods.ts';

export const rotates = ofPods(
  ({ resolvConf, nameservers, killed }) =>
    resolvConf.options.has('rotate') && nameservers.length > 1 && killed !== 'unknown',
  {
    severity: 'risk',
    what: (one) => `${one ? 'has' : 'have'} \`rotate\` and several nameservers`,
    why: 'glibc and Go then begin with any of them: lookups go past the cache while it is healthy, and wait for it when it is gone. musl ignores the option.',
    change: 'Leave `rotate` out: order is what makes the second one a fallback.',
    sources: [measured('glibc 2.36: with one dead server of two, lookups take 0 or 2 s at random')],
  },
);
