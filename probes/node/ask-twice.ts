import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { movedBetween, readCounters, type Counters } from './counters.ts';
import { flushLines, printLine } from './print-line.ts';
import { queryOnce } from './query-once.ts';

/**
 * Asks nameservers for fresh names, and for the same names once more, and reads the counters of CoreDNS's metrics before, between and after
 * (PROTOCOL.md). The first nameserver of resolv.conf is asked first. It judges nothing.
 */
const { values } = parseArgs({
  options: {
    suffix: { type: 'string' },
    server: { type: 'string', multiple: true, default: [] },
    metrics: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: '3' },
    names: { type: 'string', default: '5' },
  },
});
const { suffix, server: more, metrics } = values;
const rounds = Number(values.rounds);
const names = Number(values.names);
if (suffix === undefined || !(rounds >= 1 && rounds <= 10) || !(names >= 1 && names <= 100)) {
  console.error('ask-twice: --suffix is missing, or --rounds is not 1 to 10, or --names not 1 to 100');
  process.exit(64);
}

/** No client asks for it, and CoreDNS counts it by its name (plugin/metrics/vars/monitor.go), so that the counters show nobody else's queries. */
const type = 'NSEC3';
const timeoutMs = 2000;
/** CoreDNS counts a query after it has sent the answer (plugin/metrics/handler.go). */
const settleMs = 100;
/** Whatever a server says, it answers; else it is an error of the socket, or a timeout. */
const isRcode = /^(NOERROR|NODATA|NXDOMAIN|SERVFAIL|REFUSED|NOTIMP|FORMERR)$/;
/** A line stays under 4,000 bytes. */
const mostSeries = 16;

const resolvConf = readFileSync('/etc/resolv.conf', 'utf8');
printLine({ hello: { resolvConf: resolvConf.slice(0, 3500) } });
flushLines();
const first = /^\s*nameserver\s+(\S+)/m.exec(resolvConf)?.[1];
for (const server of new Set([...(first === undefined ? [] : [first]), ...more]))
  for (let round = 1; round <= rounds; round++) if (!(await askTwice(server, round))) break;
printLine({ end: {} });
flushLines();
// Connections that fetch keeps open would hold the process for some seconds.
process.exit(0);

/** False when nobody answers: more rounds would only take longer. */
async function askTwice(server: string, round: number): Promise<boolean> {
  const unique = randomBytes(6).toString('hex');
  const fresh = Array.from({ length: names }, (_, index) => `drill-${unique}-${index}.${suffix ?? ''}`);
  const before = await readAll();
  const begun = performance.now();
  const answers = await askAll(server, fresh);
  await sleep(settleMs);
  const between = await readAll();
  const againAfterMs = Math.round(performance.now() - begun);
  const again = await askAll(server, fresh);
  await sleep(settleMs);
  const after = await readAll();
  printLine({ round: { server, round, answers, again, againAfterMs } });
  for (const [index, each] of metrics.entries()) {
    const { error, moved } = movedBetween(before[index], between[index], after[index]);
    for (let from = 0; from === 0 || from < moved.length; from += mostSeries)
      printLine({ counters: { server, round, of: each, error, moved: moved.slice(from, from + mostSeries) } });
  }
  flushLines();
  return answers.some((answer) => isRcode.test(answer));
}

async function askAll(server: string, fresh: readonly string[]): Promise<readonly string[]> {
  const results = await Promise.all(fresh.map((name) => queryOnce({ server, name, type, timeoutMs })));
  return results.map((result) =>
    result.outcome === 'answered' ? 'NOERROR' : result.outcome === 'failed' ? result.error : result.message,
  );
}

/** `--metrics node-cache=http://172.30.0.2:9253/metrics` */
async function readAll(): Promise<readonly Counters[]> {
  return Promise.all(metrics.map((each) => readCounters(each.slice(each.indexOf('=') + 1))));
}
