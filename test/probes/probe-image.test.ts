import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { noProgress } from '../../lib/build/progress.ts';
import { buildProbePrograms } from '../../lib/build/probe-programs.ts';
import { cacheDir } from '../../lib/cluster/embedded/paths.ts';
import { writeImageArchive } from '../../lib/image/image-archive.ts';
import { probeImageFiles } from '../../lib/image/probe-image.ts';
import { makeNamespace } from './support/namespace.ts';
import { runProbeCommand } from './support/run-probe.ts';

test('every program runs in a root that holds nothing but the probe image', async () => {
  const signal = AbortSignal.timeout(600_000);
  const programs = await buildProbePrograms({ cacheDir: cacheDir(), signal, onProgress: noProgress });
  await using folder = await mkdtempDisposable(join(tmpdir(), 'probe-image-'));
  const root = await unpacked(await probeImageFiles(programs), folder.path);
  await mkdir(join(root, 'proc'));
  await writeFile(join(root, 'etc/resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
  await writeFile(join(root, 'etc/hosts'), '192.0.2.7 www.example.com\n');
  await using namespace = await makeNamespace('');
  await once(namespace.start(['mount', '-t', 'proc', 'proc', join(root, 'proc')]).child, 'exit');

  for (const [command, outcome] of [
    [['/probe-glibc'], 'answered'],
    [['/probe-musl'], 'answered'],
    [['/probe-go'], 'answered'],
    // These two know no /etc/hosts, and nothing listens on the loopback address here.
    [['/usr/bin/node', '/probe/c-ares.js'], 'failed'],
    [['/probe-wire', '--server', '127.0.0.1'], 'failed'],
  ] as const) {
    const { lookups, exitCode } = await runProbeCommand(namespace, ['chroot', root, ...command], { forMs: 600 });
    assert.equal(exitCode, 0);
    assert.ok(lookups.length > 0);
    for (const lookup of lookups) assert.equal(lookup.outcome, outcome, command.join(' '));
  }
});

async function unpacked(files: Awaited<ReturnType<typeof probeImageFiles>>, folder: string): Promise<string> {
  const archive = join(folder, 'image.tar');
  await writeImageArchive({ reference: 'localhost/test:1', files, entrypoint: ['/agent', 'hold'], out: archive });
  await execa('tar', ['-xf', archive, '-C', folder]);
  const blob = async (digest: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, 'blobs', digest.replace(':', '/')), 'utf8'));
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as { manifests: [{ digest: string }] };
  const manifest = (await blob(index.manifests[0].digest)) as { layers: [{ digest: string }] };
  const root = join(folder, 'root');
  await mkdir(root);
  await execa('tar', ['-xf', join(folder, 'blobs', manifest.layers[0].digest.replace(':', '/')), '-C', root]);
  return root;
}
