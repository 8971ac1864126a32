import assert from 'node:assert/strict';
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

test('every program runs in a root that holds nothing but the probe image', async () => {
  const signal = AbortSignal.timeout(600_000);
  const programs = await buildProbePrograms({ cacheDir: cacheDir(), signal, onProgress: noProgress });
  await using folder = await mkdtempDisposable(join(tmpdir(), 'probe-image-'));
  const root = await unpacked(await probeImageFiles(programs), folder.path);
  await mkdir(join(root, 'proc'));
  await writeFile(join(root, 'etc/resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
  await writeFile(join(root, 'etc/hosts'), '192.0.2.7 www.example.com\n');

  for (const [command, outcome] of [
    ['/probe-glibc', 'answered'],
    ['/probe-musl', 'answered'],
    ['/probe-go', 'answered'],
    // These two know no /etc/hosts, and nothing listens on the loopback address here.
    ['node /probe/c-ares.js', 'failed'],
    ['node /probe/wire.js --server 127.0.0.1', 'failed'],
  ] as const) {
    const script = `ip link set lo up && mount -t proc proc "$1/proc" && exec timeout --signal=TERM 1 chroot "$1" ${command} --name www.example.com`;
    const isolated = [
      '--net',
      '--mount',
      '--propagation',
      'private',
      '--pid',
      '--fork',
      '--kill-child',
      'sh',
      '-ec',
      script,
      'sh',
      root,
    ];
    const { stdout } = await execa('unshare', isolated, {
      env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
      reject: false,
    });
    const lines = stdout.split('\n');
    assert.match(lines[0] ?? '', /^\{"hello":/, command);
    assert.match(lines.at(-1) ?? '', /^\{"end":/, command);
    assert.ok(lines.length > 5, command);
    for (const line of lines.slice(1, -1)) assert.match(line, new RegExp(`"outcome":"${outcome}"`), command);
  }
});

async function unpacked(files: Awaited<ReturnType<typeof probeImageFiles>>, folder: string): Promise<string> {
  const archive = join(folder, 'image.tar');
  await writeImageArchive({ reference: 'localhost/test:1', files, entrypoint: ['/agent', 'wait'], out: archive });
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
