import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { z } from 'zod';
import { writeImageArchive, writeMultiArchive } from '../../../lib/image/image-archive.ts';

const descriptorSchema = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() });
const indexSchema = z.object({
  manifests: z.array(
    descriptorSchema.extend({
      platform: z.object({ architecture: z.string(), os: z.literal('linux') }).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
  ),
});
const manifestSchema = z.object({ config: descriptorSchema, layers: z.tuple([descriptorSchema]) });
const configSchema = z.object({
  architecture: z.string(),
  config: z.object({ User: z.string(), WorkingDir: z.string() }),
  rootfs: z.object({ diff_ids: z.tuple([z.string()]) }),
});

const image = (architecture: string) => ({
  architecture,
  files: [{ path: '/etc/machine', text: architecture }],
  entrypoint: ['/none'],
  user: '65532',
  workingDir: '/app',
});

test('one archive holds an image for each architecture, packed, behind one index', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'multi-archive-'));
  const out = join(folder.path, 'image.tar');
  const images = [image('amd64'), image('arm64')];
  const digest = await writeMultiArchive({ reference: 'localhost/two:1', images, compress: true, out });
  await execa('tar', ['-xf', out, '-C', folder.path]);
  const blob = async ({ digest, size }: { readonly digest: string; readonly size: number }) => {
    const bytes = await readFile(join(folder.path, 'blobs', digest.replace(':', '/')));
    assert.equal(sha256(bytes), digest);
    assert.equal(bytes.length, size);
    return bytes;
  };
  const json = async (named: z.infer<typeof descriptorSchema>): Promise<unknown> =>
    JSON.parse((await blob(named)).toString()) as unknown;

  const { manifests } = indexSchema.parse(JSON.parse(await readFile(join(folder.path, 'index.json'), 'utf8')));
  assert.equal(manifests.length, 1);
  const [top] = manifests;
  assert.ok(top !== undefined);
  assert.equal(top.digest, digest);
  assert.equal(top.annotations?.['io.containerd.image.name'], 'localhost/two:1');
  const each = indexSchema.parse(await json(top)).manifests;
  assert.deepEqual(
    each.map(({ platform }) => platform?.architecture),
    ['amd64', 'arm64'],
  );
  for (const named of each) {
    const manifest = manifestSchema.parse(await json(named));
    const config = configSchema.parse(await json(manifest.config));
    assert.equal(config.architecture, named.platform?.architecture);
    assert.deepEqual([config.config.User, config.config.WorkingDir], ['65532', '/app']);
    const [layer] = manifest.layers;
    assert.equal(layer.mediaType, 'application/vnd.oci.image.layer.v1.tar+gzip');
    const unpacked = gunzipSync(await blob(layer));
    assert.equal(sha256(unpacked), config.rootfs.diff_ids[0]);
    assert.ok(unpacked.includes(config.architecture));
  }
});

test('an archive of one architecture names its manifest, without an index between', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'multi-archive-'));
  const one = await writeImageArchive({ reference: 'localhost/one:1', ...image('arm64'), out: join(folder.path, '1') });
  const same = await writeMultiArchive({
    reference: 'localhost/one:1',
    images: [image('arm64')],
    compress: false,
    out: join(folder.path, '2'),
  });
  assert.equal(same, one);
  assert.deepEqual(await readFile(join(folder.path, '1')), await readFile(join(folder.path, '2')));
});

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
