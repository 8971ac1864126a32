import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { abortConditionSchema, type AbortCondition } from '../../../lib/config/abort-condition.ts';
import type { Entry } from '../../../lib/journal/entry.ts';
import type { Kube } from '../../../lib/kube/kube.ts';
import { AbortWatch } from '../../../lib/record/abort/abort-watch.ts';
import { batchOf } from '../../support/lookup-batches.ts';
import { lookups } from '../../support/tiny-journal.ts';
import { fakeApiServer, sendJson } from '../../support/fake-api-server.ts';
import { tinyPrometheus, twoSamples } from '../../support/tiny-prometheus.ts';

const signal = new AbortController().signal;
const noKube = null as unknown as Kube;
const parse = (condition: object): AbortCondition => abortConditionSchema.parse({ every: '100 ms', ...condition });

async function reasonOf(watch: AbortWatch): Promise<string> {
  if (!watch.signal.aborted) await once(watch.signal, 'abort', { signal: AbortSignal.timeout(10_000) });
  return (watch.signal.reason as Error).message;
}

const query = 'sum by (job) (rate(errors_total[1m])) > 5';

test('a Prometheus query that begins to give samples aborts, with the sample as reason', async () => {
  await using server = await tinyPrometheus();
  await using watch = new AbortWatch(noKube, [parse({ watch: 'prometheus', url: server.url, query })]);
  await watch.begin(signal);
  assert.equal(watch.signal.aborted, false);
  server.says(twoSamples);
  assert.match(
    await reasonOf(watch),
    /^abortWhen: sum by .* > 5 \(Prometheus at .*turned bad: it gives \{job="shop"\} 7\.5, and 1 more$/,
  );
  assert.deepEqual(new Set(server.queries), new Set([query]));
});

test('what is bad, or can’t be asked, before anything is broken, stops the drill there', async () => {
  await using server = await tinyPrometheus();
  const begin = async (url: string) => {
    await using watch = new AbortWatch(noKube, [parse({ watch: 'prometheus', url, query })]);
    await watch.begin(signal);
  };
  server.says({ status: 'success', data: { resultType: 'scalar', result: [1_700_000_000, '1'] } });
  await assert.rejects(begin(server.url), { message: /before anything was broken, sum by .* is bad: it is 1$/ });
  server.says({ status: 'error', errorType: 'bad_data', error: 'parse error' });
  await assert.rejects(begin(server.url), { message: /can't be asked: it refuses the query: parse error/ });
  await assert.rejects(begin(`${server.url}elsewhere`), { message: /can't be asked: it answers 404/ });
  await assert.rejects(begin('http://127.0.0.1:61999'), { message: /can't be asked: fetch failed: .*ECONNREFUSED/ });
});

test('one that is out of reach for a moment is asked again; for too long, it counts as bad', async () => {
  await using server = await tinyPrometheus();
  const setting = parse({ watch: 'prometheus', url: server.url, query });
  await using watch = new AbortWatch(noKube, [setting], { blindNs: 600e6 });
  await watch.begin(signal);
  server.says('nonsense');
  await new Promise((resolve) => setTimeout(resolve, 250));
  assert.equal(watch.signal.aborted, false);
  assert.match(await reasonOf(watch), /can't be asked for \d+ s, so it may be bad: it answers 200, and no result/);
});

test('a pod that is not Ready any more, or gone, aborts; one that has ended does not count', async () => {
  const pod = (name: string, ready: boolean, phase = 'Running') => ({
    metadata: { name },
    status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });
  let items = [pod('a', true), pod('b', true), pod('job', false, 'Succeeded')];
  await using server = await fakeApiServer((_request, response) => {
    sendJson(response, { items });
  });
  const setting = parse({ watch: 'pods', namespace: 'shop', selector: 'app=shop', atMostNotReady: 1 });
  await using watch = new AbortWatch(server.kube, [setting]);
  await watch.begin(signal);
  items = [pod('a', false), pod('b', true)];
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(watch.signal.aborted, false);
  items = [pod('a', false), pod('b', false)];
  assert.match(await reasonOf(watch), /pods app=shop in shop turned bad: 2 of 2 not Ready \(a, b\), at most 1 may be/);
  items = [];
  await using empty = new AbortWatch(server.kube, [setting]);
  await assert.rejects(empty.begin(signal), { message: /is bad: there is no such pod/ });
});

test('a failed lookup of the control aborts; one of a node under test does not', async () => {
  await using watch = new AbortWatch(noKube, [parse({ watch: 'control', atMostFailed: 1 })]);
  await watch.begin(signal);
  const probe = (site: string) => ({ type: 'probe', probe: `${site}/stock`, site }) as Entry;
  const failed = (site: string) =>
    ({ type: 'observation', probe: `${site}/stock`, outcome: 'failed', error: 'EAI_AGAIN' }) as Entry;
  for (const entry of [probe('both'), probe('control'), failed('both'), failed('both'), failed('control')])
    watch.observe(entry);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(watch.signal.aborted, false);
  watch.observe(failed('control'));
  assert.match(
    await reasonOf(watch),
    /untouched node turned bad: 2 of their lookups failed, lastly control\/stock: EAI_AGAIN/,
  );
});

test('failed lookups of the control count in a batch too', async () => {
  await using watch = new AbortWatch(noKube, [parse({ watch: 'control', atMostFailed: 2 })]);
  await watch.begin(signal);
  const batch = batchOf(lookups('.xx-w'), 1e9);
  watch.observe({ type: 'probe', probe: 'control/stock', site: 'control' } as Entry);
  watch.observe(batch);
  watch.observe({ ...batch, probe: 'control/stock' });
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(watch.signal.aborted, false);
  watch.observe({ ...batchOf(lookups('x'), 1e9), probe: 'control/stock' });
  assert.match(await reasonOf(watch), /3 of their lookups failed, lastly control\/stock: EAI_AGAIN/);
});
