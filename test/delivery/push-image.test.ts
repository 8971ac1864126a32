/** Images pushed to a real registry on loopback, and what a pod's reference by digest would pull. Builds crane at the first use. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempDisposable } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { z } from 'zod';
import { goTool } from '../../lib/build/go-tool.ts';
import { noProgress } from '../../lib/build/progress.ts';
import { cacheDir } from '../../lib/cluster/embedded/paths.ts';
import { pushImage } from '../../lib/delivery/push-image.ts';
import { writeMultiArchive } from '../../lib/image/image-archive.ts';
import { until } from '../../lib/time/until.ts';

const signal = AbortSignal.timeout(300_000);
const common = { cacheDir: cacheDir(), signal, progress: noProgress };
const indexSchema = z.object({
  manifests: z.array(z.object({ digest: z.string(), platform: z.object({ architecture: z.string() }) })),
});
const manifestSchema = z.object({ layers: z.tuple([z.object({ digest: z.string() })]) });

const image = (architecture: string) => ({
  architecture,
  files: [{ path: '/etc/machine', text: architecture }],
  entrypoint: ['/none'],
});

test('an image for two architectures arrives whole under its digest, and is pushed again as it is', async () => {
  await using registry = await localRegistry();
  await using folder = await mkdtempDisposable(join(tmpdir(), 'push-image-'));
  const archive = join(folder.path, 'image.tar');
  const reference = `${registry.address}/dns/nodelocal-drill-probe:1`;
  const images = [image('amd64'), image('arm64')];
  const digest = await writeMultiArchive({ reference, images, compress: true, out: archive });
  const push = () => pushImage({ archive, reference, scratch: folder.path, insecure: true, ...common });

  const pushed = await push();
  assert.equal(pushed, `${registry.address}/dns/nodelocal-drill-probe@${digest}`);
  assert.equal(await push(), pushed);

  const at = (what: string) => `http://${registry.address}/v2/dns/nodelocal-drill-probe/${what}`;
  const { manifests } = indexSchema.parse(JSON.parse(await text(at(`manifests/${digest}`), digest)));
  assert.deepEqual(
    manifests.map(({ platform }) => platform.architecture),
    ['amd64', 'arm64'],
  );
  for (const each of manifests) {
    const manifest = await text(at(`manifests/${each.digest}`), each.digest);
    const [layer] = manifestSchema.parse(JSON.parse(manifest)).layers;
    await text(at(`blobs/${layer.digest}`), layer.digest);
  }
});

test('a registry that is not there is an error with its address', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'push-image-'));
  const archive = join(folder.path, 'image.tar');
  const reference = '127.0.0.1:1/dns/x:1';
  await writeMultiArchive({ reference, images: [image('amd64')], compress: true, out: archive });
  await assert.rejects(
    pushImage({ archive, reference, scratch: folder.path, insecure: true, ...common }),
    /crane push failed: .*127\.0\.0\.1:1/,
  );
});

/** What the registry has, if it is what its digest says. */
async function text(url: string, digest: string): Promise<string> {
  const response = await fetch(url, { signal });
  assert.equal(response.status, 200, url);
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(`sha256:${createHash('sha256').update(bytes).digest('hex')}`, digest);
  return bytes.toString();
}

async function localRegistry() {
  const crane = await goTool('crane', common);
  const address = `127.0.0.1:${await freePort()}`;
  const serving = execa(crane, ['registry', 'serve', '--address', address], { reject: false, stdio: 'ignore' });
  await until(async () => ((await fetch(`http://${address}/v2/`, { signal })).ok ? true : null), {
    what: `the registry at ${address}`,
    deadlineNs: 20e9,
    everyNs: 100e6,
    signal,
  });
  return {
    address,
    [Symbol.asyncDispose]: async () => {
      serving.kill();
      await serving;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
