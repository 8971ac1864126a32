import { measured, source } from '../finding.ts';
import { ofPods } from './of-pods.ts';

/** A fallback that works, after the resolver's whole default timeout. */
export const fallbackSlow = ofPods(
  ({ killed, resolvConf }) => killed === 'slows' && timeoutOf(resolvConf.options) > mostTimeoutS,
  {
    severity: 'risk',
    what: (one) => `${one ? 'has' : 'have'} a fallback and no short \`timeout\``,
    why: 'While node-cache is gone each lookup waits for it first: 5 s in glibc and Go unless `timeout` says otherwise, and for each name of the search list again. Most clients have given up by then.',
    change: 'Set `timeout: 2` or 1 in dnsConfig.options.',
    sources: [measured('docs/findings.md'), source('glibc resolv/res_send.c; Go net/dnsclient_unix.go')],
  },
);

/** Beyond that most clients' own patience ends. */
const mostTimeoutS = 2;
/** `RES_TIMEOUT` of glibc; musl and Go have the same. */
const defaultTimeoutS = 5;

function timeoutOf(options: ReadonlyMap<string, string>): number {
  return Number(options.get('timeout') ?? defaultTimeoutS);
}
