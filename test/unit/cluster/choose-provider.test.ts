import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseProvider, type Lookup } from '../../../lib/cluster/choose-provider.ts';
import { drillConfigSchema, type DrillConfigInput } from '../../../lib/config/drill-config.ts';

// No deadline of its own: all files of the unit tests are loaded at once, and theirs would run from then on.
const { signal } = new AbortController();

function choose(cluster: DrillConfigInput['cluster'], lookup: Lookup) {
  return chooseProvider(drillConfigSchema.parse({ cluster }).cluster, signal, lookup);
}

const docker = { name: 'docker', cgroups: 'v2' } as const;
const lookup = (engine: typeof docker | null, image: string | null): Lookup => ({
  findEngine: () => Promise.resolve(engine),
  presentNodeImage: () => Promise.resolve(image),
});

test('auto takes kind where an engine has a node image', async () => {
  assert.equal(await choose({}, lookup(docker, 'kindest/node:v1.37.0')), 'kind');
});

test('auto takes the embedded cluster without an engine, or without a node image', async () => {
  assert.equal(await choose({}, lookup(null, 'kindest/node:v1.37.0')), 'embedded');
  assert.equal(await choose({}, lookup(docker, null)), 'embedded');
});

test('auto asks for the engine and the image that the configuration names', async () => {
  const asked: unknown[] = [];
  await choose(
    { kind: { engine: 'podman', image: 'example.com/node:1' } },
    {
      findEngine: (only) => (asked.push(only), Promise.resolve(docker)),
      presentNodeImage: (engine, image) => (asked.push(engine.name, image), Promise.resolve(null)),
    },
  );
  assert.deepEqual(asked, ['podman', 'docker', 'example.com/node:1']);
});

test('a provider that is named is taken without a look at the machine', async () => {
  const never: Lookup = {
    findEngine: () => assert.fail('looked for an engine'),
    presentNodeImage: () => assert.fail('looked for an image'),
  };
  for (const provider of ['kind', 'embedded', 'existing'] as const)
    assert.equal(await choose({ provider }, never), provider);
});
