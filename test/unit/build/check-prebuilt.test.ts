import assert from 'node:assert/strict';
import { chmod, mkdtempDisposable, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkPrebuilt } from '../../../lib/build/check-prebuilt.ts';
import { manifestName, writePrebuiltManifest } from '../../../lib/build/prebuilt-manifest.ts';
import { ConfigError } from '../../../lib/config/config-error.ts';

const expected = { kind: 'programs', source: 'abc' } as const;
const about = { ...expected, arch: process.arch, versions: { kubernetes: 'v1.37.2' } };

async function exported(change: (folder: string) => Promise<unknown> = () => Promise.resolve(), manifest = about) {
  const dir = await mkdtempDisposable(join(tmpdir(), 'nodelocal-drill-prebuilt-'));
  await writeFile(join(dir.path, 'components'), 'program');
  await chmod(join(dir.path, 'components'), 0o755);
  await symlink('components', join(dir.path, 'kubelet'));
  await writePrebuiltManifest(dir.path, manifest);
  await change(dir.path);
  return dir;
}

test('a folder that is as it was exported is taken', async () => {
  await using dir = await exported();
  await checkPrebuilt(dir.path, expected);
});

const manifestWith = (change: object) => async (folder: string) => {
  const manifest = JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as object;
  await writeFile(join(folder, manifestName), JSON.stringify({ ...manifest, ...change }));
};

const bad: readonly (readonly [string, (folder: string) => Promise<unknown>, RegExp])[] = [
  [
    'no manifest',
    (f) => rm(join(f, manifestName)),
    /is no folder of prebuilt programs \(no usable nodelocal-drill-prebuilt\.json\)/,
  ],
  ['a manifest that is no JSON', (f) => writeFile(join(f, manifestName), '{'), /is no folder of prebuilt programs/],
  ['a manifest of a later form', manifestWith({ schema: 2 }), /is no folder of prebuilt programs/],
  ['images in place of programs', manifestWith({ kind: 'images' }), /holds prebuilt images, not programs/],
  ['another machine', manifestWith({ arch: 'riscv64' }), /is for riscv64, and this machine is/],
  ['other sources', manifestWith({ source: 'def' }), /another version of the sources \(kubernetes v1\.37\.2\)/],
  [
    'a changed file',
    (f) => writeFile(join(f, 'components'), 'pr0gram'),
    /components has SHA-256 [0-9a-f]{12}…, not [0-9a-f]{12}…/,
  ],
  ['a cut-off file', (f) => writeFile(join(f, 'components'), 'pro'), /components is no file of 7 bytes/],
  ['a missing file', (f) => rm(join(f, 'components')), /components is missing/],
  [
    'a file that is not executable',
    (f) => chmod(join(f, 'components'), 0o644),
    /components is not executable \(chmod \+x\)/,
  ],
  [
    'a link to elsewhere',
    async (f) => {
      await rm(join(f, 'kubelet'));
      await symlink('/bin/true', join(f, 'kubelet'));
    },
    /kubelet is no link to components/,
  ],
];

for (const [what, change, message] of bad)
  test(`refused, with the folder’s name and in one sentence: ${what}`, async () => {
    await using dir = await exported(change);
    await assert.rejects(checkPrebuilt(dir.path, expected), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.ok(error.message.startsWith(`cluster.embedded.programs: ${dir.path} `), error.message);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  });

test('a folder that is not there is refused alike', async () => {
  await assert.rejects(checkPrebuilt('/nonexistent', expected), {
    message: /\/nonexistent is no folder of prebuilt programs/,
  });
});
