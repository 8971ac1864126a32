import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { noProgress } from '../../../lib/build/progress.ts';
import { findEngine } from '../../../lib/cluster/kind/engine.ts';
import { requireNodeImage } from '../../../lib/cluster/kind/find-node-image.ts';
import { presentNodeImage } from '../../../lib/cluster/kind/node-image.ts';
import { kindSettingsSchema } from '../../../lib/config/kind-settings.ts';
import { fakeEngine } from '../../support/fake-engine.ts';

// No deadline of its own: all files of the unit tests are loaded at once, and theirs would run from then on.
const { signal } = new AbortController();
const docker = { name: 'docker', cgroups: 'v2' } as const;

async function imageOf(script: string, settings: object = {}): Promise<string> {
  await using _engine = await fakeEngine(`case "$*" in ${script} *) echo "unexpected: $*" >&2; exit 1;; esac`);
  return await requireNodeImage(docker, kindSettingsSchema.parse(settings), { signal, progress: noProgress });
}

const noOwn = `"image ls"*) ;;`;
const own = `"image ls"*) echo localhost/nodelocal-drill-kind-node:v1.37.2-0123;;`;
const none = `"image inspect"*) exit 1;;`;

test('an engine is found by its answer, with the version of its cgroups', async () => {
  await using _engine = await fakeEngine(`echo '24.0.5 1'`);
  assert.deepEqual(await findEngine('docker', signal), { name: 'docker', cgroups: 'v1' });
});

test('a program without its daemon is no engine', async () => {
  await using _engine = await fakeEngine(`echo ' '; echo 'Cannot connect to the Docker daemon' >&2; exit 1`);
  assert.equal(await findEngine('docker', signal), null);
});

test('podman is asked, and no mount that it makes is left', async () => {
  const mounts = `mount -t tmpfs asked-podman "$(dirname "$0")" &&`;
  await using _engine = await fakeEngine(
    `${mounts} case "$*" in info*) echo '4.3.1 v1';; "image ls"*) ;; *) exit 1;; esac`,
    'podman',
  );
  const engine = await findEngine('podman', signal);
  assert.deepEqual(engine, { name: 'podman', cgroups: 'v1' });
  assert.equal(await presentNodeImage(engine, undefined, signal), null);
  assert.doesNotMatch(await readFile('/proc/self/mountinfo', 'utf8'), /asked-podman/);
});

test('the image that the settings name comes before the project’s own, and that before kind’s', async () => {
  const there = `"image inspect"*) ;;`;
  assert.equal(await imageOf(own + there, { image: 'example.com/node:1' }), 'example.com/node:1');
  assert.equal(await imageOf(own + there), 'localhost/nodelocal-drill-kind-node:v1.37.2-0123');
  assert.match(await imageOf(noOwn + there), /^kindest\/node:v1\.37\.0@sha256:/);
});

test('one that is not there is pulled', async () => {
  assert.match(await imageOf(`${noOwn} ${none} "pull --quiet kindest/node:v1.37.0@sha256:"*) ;;`), /^kindest\/node/);
});

test('one that can’t be pulled is refused with the way to make one', async () => {
  const refused = imageOf(`${none} pull*) echo 'no such host' >&2; exit 1;;`, { image: 'example.invalid/node:1' });
  await assert.rejects(refused, {
    name: 'MachineRefused',
    message: /example\.invalid\/node:1 can't be pulled: make one .*cluster node-image.*cluster\.kind\.image/,
  });
});
