/**
 * What a privileged pod with the node's files, network and processes can reach of the machine: nothing that is tried. Each attempt is made on
 * the machine first, where it must get through, else it proves nothing. Boots a cluster: needs root.
 */
import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { probeImage } from '../../lib/cluster/images.ts';
import { createPod } from '../../lib/kube/create-pod.ts';
import { exec } from '../../lib/kube/exec.ts';
import type { Kube } from '../../lib/kube/kube.ts';
import { inNamespace } from '../../lib/kube/objects.ts';
import { isRunning } from '../../lib/kube/pod-state.ts';
import type { Pod } from '../../lib/kube/types.ts';
import { bootCluster, type BootedCluster } from '../support/booted-cluster.ts';
import { attempts } from '../support/attempts.ts';
import { layBait } from '../support/bait.ts';

const signal = AbortSignal.timeout(300_000);
const pod = { namespace: 'default', name: 'prisoner' };
const bait = await layBait();
let cluster: BootedCluster;
let kube: Kube;

before(async () => {
  cluster = await bootCluster({ name: 'shut-in-test', nodes: [{ site: 'control' }] }, signal);
  ({ kube } = cluster);
  await createPod(kube, prisoner, signal);
  const path = `${inNamespace(pod.namespace, 'pods')}/${pod.name}`;
  while (!isRunning(await kube.json<Pod>('GET', path, { signal }))) await sleep(100, undefined, { signal });
});

after(async () => {
  await bait[Symbol.asyncDispose]();
  await cluster.release();
});

for (const { what, script, refused, absent } of attempts(bait)) {
  test(`out of reach: ${what}`, async (t: TestContext) => {
    const outside = await onMachine(script);
    if (absent?.test(outside) === true) {
      t.skip(`not on this machine: ${outside}`);
      return;
    }
    assert.match(outside, /^reached$/m, 'an attempt that fails on the machine too proves nothing');
    const inside = await inPod(script);
    assert.doesNotMatch(inside, /^reached$/m);
    assert.match(inside, refused);
  });
}

test("what a node needs is in reach: its network's sysctls, mounts, devices of its own", async () => {
  const script = `cd $(mktemp -d) && mkdir p t && mount -t proc proc p && echo 1 > p/sys/net/ipv4/ip_forward &&
    mount -t tmpfs none t && mknod t/null c 1 3 && echo x > t/null && umount t p && echo reached`;
  assert.match(await inPod(script), /^reached$/m);
});

test("the programs that the machine will run again can't be written, not even in the node's own mounts", async () => {
  const write =
    'echo x > /opt/nodelocal-drill/planted; mount -o remount,rw /opt/nodelocal-drill; echo x > /opt/nodelocal-drill/planted';
  assert.match(
    await inPod(`nsenter --target 1 --mount sh -c '${write}'`),
    /Read-only file system[^]*Read-only file system/,
  );
});

test('no archive of an image is left in the node', async () => {
  assert.equal(await inPod('cat /proc/1/mountinfo | grep "[.]tar " || echo none'), 'none');
});

/** The node's root is at /host; busybox there needs no libraries. */
const prisoner: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: pod,
  spec: {
    hostPID: true,
    hostNetwork: true,
    hostIPC: true,
    dnsPolicy: 'Default',
    tolerations: [{ operator: 'Exists' }],
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'prisoner',
        image: probeImage,
        imagePullPolicy: 'IfNotPresent',
        command: ['/agent', 'hold'],
        securityContext: { privileged: true },
        volumeMounts: [{ name: 'host', mountPath: '/host' }],
      },
    ],
    volumes: [{ name: 'host', hostPath: { path: '/' } }],
  },
};

async function inPod(script: string): Promise<string> {
  const command = ['/host/bin/busybox', 'chroot', '/host', '/bin/sh', '-c', `exec 2>&1; ${path}; ${script}`];
  const session = await exec(kube, pod, 'prisoner', command, signal);
  const said: string[] = [];
  for await (const lines of session.lines) said.push(...lines);
  await session.ended;
  return said.join('\n').trim();
}

async function onMachine(script: string): Promise<string> {
  const { stdout } = await execa('sh', ['-c', `exec 2>&1; ${path}; ${script}`], { reject: false, stdin: 'ignore' });
  return stdout.trim();
}

const path = 'export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C';
