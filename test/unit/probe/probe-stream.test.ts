import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../lib/journal/entry.ts';
import { observationsOf } from '../../../lib/journal/lookup-batch.ts';
import { drillGivenUp, ProbeStream } from '../../../lib/probe/probe-stream.ts';
import { fakeApiServer, sendJson, type FakeApiServer } from '../../support/fake-api-server.ts';

const hello = JSON.stringify({
  hello: { resolver: 'glibc', version: 'glibc 2.36', bootId: 'b', firstDueNs: 1, intervalNs: 2, resolvConf: '' },
});
const lookup = (seq: number) =>
  JSON.stringify({
    seq,
    dueNs: seq,
    startNs: seq,
    endNs: seq + 1,
    outcome: 'answered',
    answers: ['192.0.2.1'],
    error: null,
  });
/** Lookups `from` to `to` in one line. */
const batch = (from: number, to: number) => {
  const rows = Array.from({ length: to - from + 1 }, (_, ahead) => [ahead, 3, 7, 0]).flat();
  return JSON.stringify({ lookups: { seq: from, dueNs: from * 50, intervalNs: 50, results: [['192.0.2.1']], rows } });
};
const end = (seq: number) => JSON.stringify({ end: { seq } });
const log = (...lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

/** A node whose log gives `followed[n]` when it is followed for the n-th time, cut off when `cut`, and `whole` when read in one piece. */
async function nodeWith(
  followed: readonly { readonly text: string; readonly cut?: true }[],
  whole: string,
): Promise<FakeApiServer> {
  let opened = 0;
  return fakeApiServer((_request, response, { pathname, searchParams }) => {
    if (!pathname.endsWith('/log')) {
      sendJson(response, { status: { phase: 'Succeeded' } });
      return;
    }
    if (searchParams.get('follow') === null) {
      response.end(whole);
      return;
    }
    const { text, cut } = followed[opened++] ?? { text: '' };
    if (cut === true) response.write(text, () => response.destroy());
    else response.end(text);
  });
}

async function streamed(server: FakeApiServer, signal: AbortSignal = AbortSignal.timeout(10_000)) {
  const entries: Entry[] = [];
  const append = (entry: Entry) => void entries.push(entry);
  const stream = new ProbeStream({
    kube: server.kube,
    probe: 'p',
    pod: { namespace: 'n', name: 'p' },
    append,
    onHello: () => undefined,
    signal,
  });
  await stream.ended;
  return {
    stream,
    entries,
    seqs: entries.flatMap((entry) =>
      entry.type === 'observation'
        ? [entry.seq]
        : entry.type === 'lookups'
          ? observationsOf(entry).map(({ seq }) => seq)
          : [],
    ),
    troubles: entries.flatMap((entry) => (entry.type === 'trouble' ? [`${entry.what}: ${entry.message}`] : [])),
  };
}

test('each lookup is in the journal once, in the order in which it was printed', async () => {
  await using server = await nodeWith([{ text: log(hello, lookup(1), lookup(0), lookup(2), end(3)) }], '');
  const { stream, seqs, troubles } = await streamed(server);
  assert.equal((await stream.hello).version, 'glibc 2.36');
  assert.deepEqual(seqs, [1, 0, 2]);
  assert.deepEqual(troubles, []);
  assert.equal(server.requests.length, 1);
});

test('after a cut nothing is lost and nothing doubled', async () => {
  const followed = [
    { text: log(hello, lookup(0), lookup(1)), cut: true as const },
    { text: log(lookup(1), lookup(2), end(3)) },
  ];
  await using server = await nodeWith(followed, '');
  const { seqs, troubles } = await streamed(server);
  assert.deepEqual(seqs, [0, 1, 2]);
  assert.deepEqual(troubles, []);
});

test('what a cut has swallowed is read again from the whole log', async () => {
  const whole = log(hello, lookup(0), lookup(1), lookup(2), end(3));
  await using server = await nodeWith([{ text: log(hello, lookup(0), lookup(2), end(3)) }], whole);
  const { seqs, troubles } = await streamed(server);
  assert.deepEqual(seqs, [0, 2, 1]);
  assert.deepEqual(troubles, []);
});

test('what can’t be read again is said to be missing', async () => {
  const rotated = log(lookup(5), end(6));
  await using server = await nodeWith(
    [{ text: log(hello, lookup(0), lookup(3), lookup(4), lookup(5), end(6)) }],
    rotated,
  );
  const { seqs, troubles } = await streamed(server);
  assert.deepEqual(seqs, [0, 3, 4, 5]);
  assert.deepEqual(troubles, ['gap: 2 lookups are missing after 0 cuts of the stream: 1–2']);
});

test('a probe that ends without its last line is said to have', async () => {
  await using server = await nodeWith([{ text: log(hello, lookup(0)) }], log(hello, lookup(0)));
  const { troubles } = await streamed(server);
  assert.deepEqual(troubles, ['stream: the probe ended without its last line, so lookups may be missing']);
});

test('a program’s own trouble and a damaged line are trouble, the second said once', async () => {
  const text = log(hello, '{"trouble":"out of threads"}', 'garbage', 'garbage', lookup(0), end(1));
  await using server = await nodeWith([{ text }], '');
  const { seqs, troubles } = await streamed(server);
  assert.deepEqual(seqs, [0]);
  assert.equal(troubles.length, 2);
  assert.equal(troubles[0], 'probe: out of threads');
  assert.match(troubles[1] ?? '', /^stream: a line that is no line of the protocol \(no JSON\): garbage/);
});

test('without its first line nobody waits forever', async () => {
  await using server = await nodeWith([{ text: log(end(0)) }], '');
  const { stream } = await streamed(server);
  await assert.rejects(stream.hello, { message: /ended without its first line/ });
});

test('when the drill is given up no stream complains for itself', async () => {
  await using server = await fakeApiServer((_request, response) => {
    response.write(log(hello, lookup(0), lookup(2)));
  });
  const over = new AbortController();
  setTimeout(() => {
    over.abort(drillGivenUp);
  }, 50);
  const { seqs, troubles } = await streamed(server, over.signal);
  assert.deepEqual(seqs, [0, 2]);
  assert.deepEqual(troubles, []);
});

test('a line of many lookups is one entry; after a cut only what is new of it is taken', async () => {
  await using server = await nodeWith(
    [
      { text: log(hello, batch(0, 19), batch(20, 39)), cut: true },
      { text: log(batch(20, 39), batch(30, 59), end(60)) },
    ],
    '',
  );
  const { entries, seqs, troubles } = await streamed(server);
  assert.deepEqual(
    seqs,
    Array.from({ length: 60 }, (_, seq) => seq),
  );
  assert.equal(entries.filter(({ type }) => type === 'lookups').length, 3);
  assert.deepEqual(troubles, []);
});

test('a line of many lookups that is cut off in a row, or names a result that it has not, is damaged', async () => {
  for (const rows of [
    [0, 3, 7],
    [0, 3, 7, 1],
    [0, -3, 7, 0],
  ]) {
    const damaged = JSON.stringify({ lookups: { seq: 0, dueNs: 0, intervalNs: 50, results: [['192.0.2.1']], rows } });
    await using server = await nodeWith([{ text: log(hello, damaged, end(1)) }], '');
    const { seqs, troubles } = await streamed(server);
    assert.deepEqual(seqs, []);
    assert.match(troubles[0] ?? '', /^stream: a line that is no line of the protocol/);
    assert.match(troubles[1] ?? '', /^gap: 1 lookups are missing/);
  }
});
