import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtempDisposable, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { extract, type Header } from 'tar-stream';
import { z } from 'zod';
import { writeImageArchive } from '../../../lib/image/image-archive.ts';
import type { ImageFile } from '../../../lib/image/image-layer.ts';

interface Entry {
  readonly header: Header;
  readonly content: Buffer;
}

const descriptorSchema = z.object({
  digest: z.string(),
  size: z.number(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const indexSchema = z.object({ manifests: z.tuple([descriptorSchema]) });
const manifestSchema = z.object({ config: descriptorSchema, layers: z.tuple([descriptorSchema]) });
const configSchema = z.object({
  config: z.object({ Entrypoint: z.array(z.string()), Env: z.array(z.string()) }),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
});

const files: readonly ImageFile[] = [
  { path: '/usr/lib/deep/b.txt', text: 'b', mode: 0o600 },
  { path: '/lib', linkTo: 'usr/lib' },
  { path: '/tmp', folder: true, mode: 0o1777 },
  { path: '/usr/empty', text: '' },
];
const image = { reference: 'localhost/example:7', entrypoint: ['/a', 'wait'], env: { X: '1' } };

test('the archive holds what its index, manifest and config say', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'image-test-'));
  await writeFile(join(folder.path, 'program'), 'x'.repeat(100_000), { mode: 0o755 });
  const out = join(folder.path, 'image.tar');
  const digest = await writeImageArchive({
    ...image,
    files: [...files, { path: '/a', from: join(folder.path, 'program') }],
    out,
  });

  const archive = await entriesOf(createReadStream(out));
  const read = (name: string): Buffer => archive.get(name)?.content ?? assert.fail(`no ${name} in the archive`);
  const blob = ({ digest, size }: z.infer<typeof descriptorSchema>): Buffer => {
    const content = read(`blobs/${digest.replace(':', '/')}`);
    assert.equal(sha256(content), digest);
    assert.equal(content.length, size);
    return content;
  };
  assert.equal(read('oci-layout').toString(), '{"imageLayoutVersion":"1.0.0"}');
  const [found] = indexSchema.parse(JSON.parse(read('index.json').toString())).manifests;
  assert.equal(found.digest, digest);
  assert.equal(found.annotations?.['io.containerd.image.name'], 'localhost/example:7');
  assert.equal(found.annotations['org.opencontainers.image.ref.name'], '7');
  const manifest = manifestSchema.parse(JSON.parse(blob(found).toString()));
  const config = configSchema.parse(JSON.parse(blob(manifest.config).toString()));
  assert.deepEqual(config.config.Entrypoint, ['/a', 'wait']);
  assert.ok(config.config.Env.includes('X=1') && config.config.Env.some((variable) => variable.startsWith('PATH=')));
  assert.deepEqual(config.rootfs.diff_ids, [manifest.layers[0].digest]);

  const layer = await entriesOf(Readable.from([blob(manifest.layers[0])]));
  assert.deepEqual(
    [...layer.keys()],
    ['a', 'lib', 'tmp/', 'usr/', 'usr/empty', 'usr/lib/', 'usr/lib/deep/', 'usr/lib/deep/b.txt'],
  );
  assert.equal(layer.get('a')?.content.length, 100_000);
  assert.equal(layer.get('a')?.header.mode, 0o755);
  assert.equal(layer.get('lib')?.header.linkname, 'usr/lib');
  assert.equal(layer.get('tmp/')?.header.mode, 0o1777);
  for (const { header } of layer.values())
    assert.deepEqual([header.uid, header.gid, header.mtime.getTime()], [0, 0, 0]);
});

test('the same files give the same bytes, in whatever order they are named; other files other ones', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'image-test-'));
  const write = async (name: string, ordered: readonly ImageFile[]) => {
    const out = join(folder.path, name);
    await writeImageArchive({ ...image, files: ordered, out });
    return sha256(await readFile(out));
  };
  const first = await write('1.tar', files);
  assert.equal(await write('2.tar', [...files].reverse()), first);
  assert.notEqual(await write('3.tar', [...files, { path: '/etc/x', text: '' }]), first);
});

test('a failure leaves no archive and no scratch files', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'image-test-'));
  const missing: ImageFile = { path: '/a', from: join(folder.path, 'absent') };
  await assert.rejects(
    writeImageArchive({ ...image, files: [missing], out: join(folder.path, 'image.tar') }),
    /ENOENT/,
  );
  assert.deepEqual(await readdir(folder.path), []);
});

async function entriesOf(tar: Readable): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of tar.pipe(extract())) {
    entries.set(
      entry.header.name + (entry.header.type === 'directory' && !entry.header.name.endsWith('/') ? '/' : ''),
      {
        header: entry.header,
        content: await buffer(entry),
      },
    );
  }
  return entries;
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
