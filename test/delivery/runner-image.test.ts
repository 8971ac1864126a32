/** The suite in a root that holds nothing but its image, as a user without rights. Needs root, to make that root. */
import assert from 'node:assert/strict';
import { mkdir, mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { ownBase } from '../../lib/build/image-base.ts';
import { runnerImage, runtimePackages } from '../../lib/delivery/runner-image.ts';
import { writeLayer } from '../../lib/image/image-layer.ts';
import { ownLibraries } from '../../lib/image/probe-image.ts';
import { projectRoot } from '../../lib/build/project-root.ts';

const signal = AbortSignal.timeout(240_000);

test('the image of the suite finds its experiments, and says what it lacks outside of a pod', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'runner-image-'));
  const root = join(folder.path, 'root');
  const { node } = await ownBase();
  const image = await runnerImage(node, await ownLibraries(node), await runtimePackages(signal));
  await writeLayer(image.files, join(folder.path, 'layer.tar'));
  for (const each of ['proc', 'dev', 'config']) await mkdir(join(root, each), { recursive: true });
  await execa('tar', ['-xf', join(folder.path, 'layer.tar'), '-C', root]);
  const playwright = (args: readonly string[], config?: string) => runIn(root, [...image.entrypoint, ...args], config);

  const listed = await playwright(['test', '--list']);
  assert.equal(listed.exitCode, 0, listed.all);
  const experiments = (await readdir(join(projectRoot, 'experiments'))).filter((name) => name.endsWith('.spec.ts'));
  for (const name of experiments) assert.match(listed.all, new RegExp(name));

  const config = {
    cluster: { provider: 'existing', existing: { context: 'in-cluster' } },
    allowContexts: ['in-cluster'],
  };
  const refused = await playwright(['test', '--output=/tmp/test-results'], JSON.stringify(config));
  assert.match(refused.all, /context "in-cluster" is the ServiceAccount of the pod that this runs in, and/);
  assert.equal(refused.exitCode, 1);
});

/** Mounts end with their namespace. The root is read-only but for what deploy/cronjob.yaml mounts. */
async function runIn(root: string, command: readonly string[], config = '{}') {
  const script = `
    mount --bind "$0" "$0" &&
    mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && mount -o remount,bind,ro "$0" &&
    mount -t tmpfs -o mode=1777 tmpfs "$0/tmp" && mount -t tmpfs -o mode=1777 tmpfs "$0/app/results" &&
    mount -t tmpfs tmpfs "$0/config" && echo "export default $CONFIG" > "$0/config/drill.config.mjs" &&
    exec unshare --root="$0" --wd=/app --setgid=65532 --setuid=65532 "$@"`;
  return execa(
    'unshare',
    ['--mount', '--net', '--pid', '--fork', '--kill-child', 'sh', '-c', script, root, ...command],
    {
      all: true,
      reject: false,
      cancelSignal: signal,
      extendEnv: false,
      cwd: '/',
      env: {
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
        HOME: '/tmp',
        CONFIG: config,
        NODELOCAL_DRILL_CONFIG: '/config/drill.config.mjs',
      },
    },
  );
}
