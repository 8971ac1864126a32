import { measured } from '../finding.ts';
import { ofPods } from './of-pods.ts';

export const attemptsZero = ofPods(({ resolvConf }) => resolvConf.options.get('attempts') === '0', {
  severity: 'problem',
  what: (one) => `${one ? 'has' : 'have'} \`attempts: 0\``,
  why: 'The API server takes any value. With it every lookup fails at once in glibc, and musl (Alpine) divides by zero and ends the process with SIGFPE, seen with 1.2.3 and 1.2.6.',
  change: 'Leave it out (the default is 2), or set 1 or more.',
  sources: [measured('glibc 2.36, musl 1.2.3 and 1.2.6')],
});
