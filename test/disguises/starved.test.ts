/** A machine whose CPU is taken away in mid-drill: whatever the verdict, everything is put back, and what is said is a sentence. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listPods } from '../../lib/kube/objects.ts';
import { bootCluster, type BootedCluster } from '../support/booted-cluster.ts';
import { killOnce, shortDrill } from './support/short-drill.ts';
import { takeCpuAway } from './support/take-cpu-away.ts';

const name = 'disguise-starved';
let cluster: BootedCluster;

before(async () => {
  cluster = await bootCluster({ name, nodes: [{ site: 'both' }, { site: 'control' }] });
});

after(() => cluster.release());

test('a fifth of a core from the kill on, and for the undo: nothing is left, and no set-up is blamed', async () => {
  await using held = new AsyncDisposableStack();
  const { journal, verdict } = await shortDrill(cluster, {
    steps: killOnce(4e9),
    meanwhile: { phase: 'fault', act: async () => void held.use(await takeCpuAway(name, 0.2)) },
  });
  assert.notEqual(verdict.result, 'fail', verdict.sentence);
  assert.ok(journal.faults.some(({ event }) => event === 'injected'));
  for (const { message } of journal.troubles) assert.doesNotMatch(message, /operation was aborted/);
  assert.deepEqual(
    journal.troubles.filter(({ message }) => message.startsWith('left behind')),
    [],
  );
  await held.disposeAsync();
  const of = { namespace: 'nodelocal-drill', labels: 'nodelocal-drill.dev/run' };
  assert.deepEqual((await listPods(cluster.kube, of, AbortSignal.timeout(30_000))).items, []);
});
