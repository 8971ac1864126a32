import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { InUse } from '../../../lib/kube/in-use.ts';
import type { RunHolder } from '../../../lib/kube/run-holder.ts';
import { takeRunLease, type RunLeaseOptions } from '../../../lib/kube/run-lease.ts';
import { leaseServer } from '../../support/lease-server.ts';

const holder = (runId: string): RunHolder => ({
  runId,
  command: 'npm start',
  host: 'build-7',
  pid: 4711,
  startTicks: 12_345,
  bootId: 'boot',
  pidNamespace: 'pid:[1]',
  startedAtUtc: '2026-11-24T18:40:12.000Z',
});

const options = (runId: string, more: Partial<RunLeaseOptions> = {}): RunLeaseOptions => ({
  namespace: 'kube-system',
  holder: holder(runId),
  hasEnded: () => Promise.resolve(false),
  onLost: () => undefined,
  signal: new AbortController().signal,
  ...more,
});

test('a second run is refused by the name of the first, without a change; after the first it gets the cluster', async () => {
  await using server = await leaseServer();
  const first = await takeRunLease(server.kube, options('one'));
  const before = server.writes();
  await assert.rejects(takeRunLease(server.kube, options('two')), (error) => {
    assert.ok(error instanceof InUse);
    assert.match(
      error.message,
      /^run one, process 4711 on build-7, started 18:40:12 UTC, "npm start", has this cluster/,
    );
    return true;
  });
  assert.equal(server.writes(), before);
  await first[Symbol.asyncDispose]();
  assert.equal(server.lease(), null, 'nothing is left on the cluster');
  const second = await takeRunLease(server.kube, options('two'));
  await second[Symbol.asyncDispose]();
});

test('the Lease of a run that has ended, or has not renewed, is taken over', async () => {
  await using server = await leaseServer();
  const silent = { renewEveryNs: 3600e9, lastsNs: 1e9 };
  const first = await takeRunLease(server.kube, options('one', silent));
  const hasEnded = ({ runId }: RunHolder) => Promise.resolve(runId === 'one');
  const second = await takeRunLease(server.kube, options('two', { ...silent, hasEnded }));
  await assert.rejects(takeRunLease(server.kube, options('three')), InUse);
  await sleep(1100);
  const third = await takeRunLease(server.kube, options('three'));
  for (const earlier of [first, second]) await earlier[Symbol.asyncDispose]();
  assert.match(server.lease()?.spec?.holderIdentity ?? '', /^three /);
  await third[Symbol.asyncDispose]();
});

test('it is renewed, also when the API server was away for a while', async () => {
  await using server = await leaseServer();
  const lease = await takeRunLease(server.kube, options('one', { renewEveryNs: 20e6 }));
  const begun = server.lease()?.spec?.renewTime;
  server.refuse(5);
  await server.until(() => server.lease()?.spec?.renewTime !== begun);
  await lease[Symbol.asyncDispose]();
  assert.equal(server.lease(), null);
});

test('a run that lost its Lease to another is told by whose name, and leaves that one alone', async () => {
  await using server = await leaseServer();
  const lost = new EventTarget();
  const said = once(lost, 'lost') as Promise<[CustomEvent<string>]>;
  const onLost = (reason: string) => void lost.dispatchEvent(new CustomEvent('lost', { detail: reason }));
  const first = await takeRunLease(server.kube, options('one', { renewEveryNs: 50e6, onLost }));
  const second = await takeRunLease(server.kube, options('two', { hasEnded: () => Promise.resolve(true) }));
  const [{ detail }] = await said;
  assert.match(detail, /run two, .* has it now/);
  await first[Symbol.asyncDispose]();
  assert.match(server.lease()?.spec?.holderIdentity ?? '', /^two /);
  await second[Symbol.asyncDispose]();
});

test('of two that ask at once one gets it', async () => {
  await using server = await leaseServer();
  const both = await Promise.allSettled([
    takeRunLease(server.kube, options('one')),
    takeRunLease(server.kube, options('two')),
  ]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  for (const each of both) if (each.status === 'fulfilled') await each.value[Symbol.asyncDispose]();
});
