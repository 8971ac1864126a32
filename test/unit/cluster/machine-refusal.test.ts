import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MachineFacts } from '../../../lib/cluster/embedded/machine-facts.ts';
import { machineRefusal } from '../../../lib/cluster/embedded/machine-refusal.ts';

const v1 = ['cpuset', 'cpu', 'cpuacct', 'memory', 'devices', 'freezer', 'pids'];
const v1Mounts = (controllers: readonly string[], mode = 'rw') =>
  [
    'tmpfs /sys/fs/cgroup tmpfs ro,nosuid 0 0',
    ...controllers.map((name) => `cgroup /sys/fs/cgroup/${name} cgroup ${mode},nosuid,relatime,${name} 0 0`),
    'cgroup /sys/fs/cgroup/systemd cgroup rw,name=systemd 0 0',
    '',
  ].join('\n');
const hybrid = `${v1Mounts(v1)}cgroup2 /sys/fs/cgroup/unified cgroup2 rw,nosuid 0 0\n`;
const v2 = 'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime 0 0\n';

const fit: MachineFacts = {
  platform: 'linux',
  architecture: 'x64',
  uid: 0,
  uidMap: '0 0 4294967295',
  capabilities: 0x1ffffffffffn,
  mounts: v2,
  controllers: ['cpuset', 'cpu', 'io', 'memory', 'pids'],
  runIsWritable: true,
};

test('cgroup v2, v1 and both together are taken, on amd64 and arm64', () => {
  for (const facts of [
    fit,
    { ...fit, architecture: 'arm64' },
    { ...fit, mounts: v1Mounts(v1), controllers: null },
    { ...fit, mounts: v1Mounts(['cpu,cpuacct', 'cpuset', 'memory']), controllers: null },
    { ...fit, mounts: hybrid, controllers: null },
  ])
    assert.equal(machineRefusal(facts), null);
});

const refused: Readonly<Record<string, { readonly facts: Partial<MachineFacts>; readonly says: RegExp }>> = {
  'another system': { facts: { platform: 'darwin' }, says: /needs Linux, and this is darwin: point cluster\.existing/ },
  'another architecture': { facts: { architecture: 'riscv64' }, says: /amd64 and arm64, and this machine is riscv64/ },
  'no root': { facts: { uid: 1000 }, says: /needs root .* this is user 1000: start again with sudo/ },
  'root of a user namespace': {
    facts: { uidMap: '0 1000 1' },
    says: /needs the machine's own root, and this is root of a user namespace \(uid_map 0 1000 1\): start it outside/,
  },
  'a capability that is missing': {
    facts: { capabilities: 0x1ffffffffffn & ~(1n << 21n) & ~(1n << 27n) },
    says: /needs CAP_SYS_ADMIN, CAP_MKNOD, which this process lacks: in a container, run it privileged/,
  },
  'no cgroups': { facts: { mounts: '', controllers: null }, says: /none are mounted in \/sys\/fs\/cgroup/ },
  'a v1 controller that is missing': {
    facts: { mounts: v1Mounts(['cpu', 'cpuacct', 'cpuset']), controllers: null },
    says: /cgroup v1 controller memory, and \/sys\/fs\/cgroup has cpu, cpuacct, cpuset: .*cgroup_enable/,
  },
  'v2 without delegated controllers': {
    facts: { controllers: ['memory', 'pids'] },
    says: /cgroup v2 controllers cpu, cpuset, and \/sys\/fs\/cgroup has memory, pids: start it where they are delegated/,
  },
  'hybrid with the controllers nowhere': {
    facts: { mounts: 'c /sys/fs/cgroup/unified cgroup2 rw 0 0\n', controllers: null },
    says: /cgroup v1 controllers cpu, cpuacct, cpuset, memory, and \/sys\/fs\/cgroup has none/,
  },
  'cgroups that are read-only': {
    facts: { mounts: v2.replace('rw,', 'ro,') },
    says: /needs to write to \/sys\/fs\/cgroup, which is read-only here/,
  },
  'v1 cgroups that are read-only': {
    facts: { mounts: v1Mounts(v1, 'ro'), controllers: null },
    says: /needs to write to \/sys\/fs\/cgroup\/cpuset, which is read-only here/,
  },
  'a /run that is read-only': { facts: { runIsWritable: false }, says: /needs to write to \/run, which is read-only/ },
};

for (const [name, { facts, says }] of Object.entries(refused))
  test(`${name} is refused in one sentence with the way out`, () => {
    const refusal = machineRefusal({ ...fit, ...facts }) ?? '';
    assert.match(refusal, says);
    assert.doesNotMatch(refusal, /\n/);
  });
