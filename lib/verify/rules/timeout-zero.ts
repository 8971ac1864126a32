import { measured } from '../finding.ts';
import { ofPods } from './of-pods.ts';

export const timeoutZero = ofPods(({ resolvConf }) => resolvConf.options.get('timeout') === '0', {
  severity: 'problem',
  what: (one) => `${one ? 'has' : 'have'} \`timeout: 0\``,
  why: 'musl (Alpine) then fails every lookup with EAI_AGAIN without waiting for an answer; glibc takes it as 1 s.',
  change: 'Set 1 or more.',
  sources: [measured('glibc 2.36, musl 1.2.3 and 1.2.6')],
});
