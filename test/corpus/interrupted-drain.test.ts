/** A drain that never ends, as a PodDisruptionBudget holds it, cut short: the real commands against an API server that writes down what they change. */
import assert from 'node:assert/strict';
import { mkdtempDisposable, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../lib/build/project-root.ts';
import { somebodysCluster } from '../support/somebodys-cluster.ts';
import { beginInput } from './run-input.ts';

const cordoned = /^worker-1 .*"nodelocal-drill\.dev\/cordoned-by":"[^"]+".*"unschedulable":true/;
const uncordoned =
  'worker-1 {"metadata":{"annotations":{"nodelocal-drill.dev/cordoned-by":null}},"spec":{"unschedulable":null}}';

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  for (const playwright of [false, true]) {
    // Playwright itself knows Ctrl-C alone.
    if (playwright && signal === 'SIGTERM') continue;
    test(`${playwright ? 'npx playwright test' : 'npm start'}: ${signal} during a drain uncordons the node`, async () => {
      await using cluster = await somebodysCluster({ mayChange: true });
      await using dir = await mkdtempDisposable(join(tmpdir(), 'interrupted-drain-'));
      const kubeconfig = join(dir.path, 'kubeconfig');
      await cluster.writeKubeconfig(kubeconfig);
      const before = await readdir(join(projectRoot, 'results'));
      const existing = { context: 'production', kubeconfig, drainFirst: true, maxNodes: 1 };
      const { running } = await beginInput(
        {
          name: `interrupted drain ${dir.path}`,
          args: () => (playwright ? ['experiments/no-fault.spec.ts'] : ['start', '--yes']),
          playwright,
          config: () => ({ cluster: { provider: 'existing', existing }, allowContexts: ['production'] }),
          env: () => ({ NODELOCAL_DRILL_YES: '1' }),
          says: [],
        },
        dir.path,
      );
      const gaveUp = running.then(({ stderr, stdout }) => stderr + stdout);
      while (!cluster.requests.some((request) => request.endsWith('/eviction')))
        assert.equal(await Promise.race([gaveUp, sleep(50)]), undefined, 'it drains nothing');
      assert.match(cluster.patches.join('\n'), cordoned);
      running.kill(signal);
      const ended = await running;
      for (const name of await readdir(join(projectRoot, 'results')))
        if (!before.includes(name)) await rm(join(projectRoot, 'results', name), { recursive: true });
      const said = ended.stderr + ended.stdout;
      assert.equal(cluster.patches.length, 2, said);
      assert.equal(cluster.patches[1], uncordoned, said);
      assert.ok(
        cluster.requests.some((request) => /^DELETE .*leases\/nodelocal-drill/.test(request)),
        said,
      );
      assert.notEqual(ended.exitCode, 0, said);
    });
  }
