import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { noProgress } from '../../lib/build/progress.ts';
import { buildProbePrograms } from '../../lib/build/probe-programs.ts';
import { cacheDir } from '../../lib/cluster/embedded/paths.ts';
import { AgentClient, type AgentLine } from './support/agent-client.ts';
import { makeContainer } from './support/container.ts';
import { makeNamespace, type Namespace } from './support/namespace.ts';
import { runProbe } from './support/run-probe.ts';

const resolvConf = 'nameserver 127.0.0.1\nnameserver 127.0.0.2\noptions timeout:1\n';

let programs = '';
before(async () => {
  programs = await buildProbePrograms({
    cacheDir: cacheDir(),
    signal: AbortSignal.timeout(600_000),
    onProgress: noProgress,
  });
});

interface AgentOptions {
  readonly limitS?: number;
  readonly graceS?: number;
  /** What starts it. */
  readonly by?: readonly string[];
}

function startAgent(namespace: Namespace, { limitS = 60, graceS = 60, by = [] }: AgentOptions = {}): AgentClient {
  const agent = join(programs, 'agent');
  const socket = ['--socket', join(namespace.folder, `agent-${randomUUID()}`)];
  const limits = ['--limit-s', String(limitS), '--grace-s', String(graceS)];
  const holder = namespace.start([...by, agent, 'hold', ...socket, ...limits]);
  return new AgentClient(holder, namespace.start([agent, 'attach', ...socket]));
}

const isEvent =
  (event: string, more: AgentLine = {}) =>
  (line: AgentLine) =>
    line['event'] === event && Object.entries(more).every(([name, value]) => line[name] === value);

const nowNs = () => Number(process.hrtime.bigint());

describe('node agent', { concurrency: true }, () => {
  test('hello and counters', async () => {
    await using namespace = await makeNamespace(resolvConf);
    const agent = startAgent(namespace);
    const hello = await agent.ask('hello');
    assert.equal(hello['bootId'], (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim());
    assert.equal(hello['icmpRatelimit'], 1000);
    assert.ok(Math.abs(Number(hello['atNs']) - nowNs()) < 5e9);

    const counters = await agent.ask('counters');
    const udp = counters['udp'] as Record<string, number>;
    const icmp = counters['icmp'] as Record<string, number>;
    assert.equal(udp['NoPorts'], 0);
    assert.equal(icmp['OutDestUnreachs'], 0);
    await agent.ask('pressure', { everyMs: 50 });
    await agent.waitFor(() => agent.all(isEvent('pressure')).length >= 3, 'a third event');
    for (const { cpu, psiSomeUs, runnable } of agent.all(isEvent('pressure'))) {
      assert.ok(((cpu as Record<string, number>)['busyMs'] ?? 0) > 0);
      assert.ok(typeof runnable === 'number' && runnable >= 1);
      assert.deepEqual(Object.keys(psiSomeUs as object), ['cpu', 'io', 'memory']);
    }
    assert.match(String((await agent.ask('pressure'))['error']), /needs everyMs/);
    const unknown = await agent.ask('dance');
    assert.equal(unknown['ok'], false);
    assert.match(String(unknown['error']), /unknown command "dance"/);
    assert.equal((await agent.ask('bye'))['ok'], true);
    assert.deepEqual(await agent.hangUp(), [0, 0]);
  });

  test('a container is found by its ID, killed, seen to go, and its successor seen to start', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'agent-test-'));
    const program = join(folder.path, 'node-cache');
    await copyFile('/bin/sleep', program);
    await using container = await makeContainer();
    await using namespace = await makeNamespace(resolvConf);
    const victim = namespace.start([program, '100']);
    await container.add(victim.pid);
    const agent = startAgent(namespace);
    await agent.ask('watch', { localIps: [], link: '', comm: 'node-cache', everyMs: 10 });

    const found = await agent.ask('find', { containerId: container.id });
    assert.equal(found['pid'], victim.pid);
    assert.equal(found['exe'], program);
    const killed = await agent.ask('signal', { containerId: container.id, signal: 'SIGKILL' });
    assert.equal(killed['startTicks'], found['startTicks']);
    const gone = await agent.waitFor(isEvent('process-gone', { pid: victim.pid }), 'process-gone');
    assert.ok(Number(gone['atNs']) >= Number(killed['atNs']) && Number(gone['atNs']) < Number(killed['afterNs']) + 1e9);
    assert.match(String((await agent.ask('find', { containerId: container.id }))['error']), /no process of container/);

    const beforeNs = nowNs();
    const successor = namespace.start(['sh', '-c', `echo $$ > ${await procsOf(container.id)} && exec ${program} 100`]);
    const started = await agent.waitFor(isEvent('process-started', { pid: successor.pid }), 'process-started');
    assert.equal(started['containerId'], container.id);
    // The start time has grains of 10 ms.
    assert.ok(Number(started['atNs']) > beforeNs - 20e6 && Number(started['seenNs']) >= Number(started['atNs']));
    await agent.ask('signal', { containerId: container.id, signal: 'SIGTERM' });
    await agent.waitFor(isEvent('process-gone', { pid: successor.pid }), 'process-gone');
  });

  test('a stopped process is continued at goodbye, when nobody has lived at the other end for the grace, and at the limit', async () => {
    for (const howItEnds of ['goodbye', 'grace', 'limit']) {
      await using container = await makeContainer();
      await using namespace = await makeNamespace(resolvConf);
      const victim = namespace.start(['sleep', '100']);
      await container.add(victim.pid);
      const limits = {
        ...(howItEnds === 'limit' ? { limitS: 3 } : {}),
        ...(howItEnds === 'grace' ? { graceS: 1 } : {}),
      };
      const agent = startAgent(namespace, limits);
      await agent.ask('signal', { containerId: container.id, signal: 'SIGSTOP' });
      await untilStateIs(victim.pid, 'T');
      if (howItEnds === 'goodbye') assert.equal((await agent.ask('bye'))['ok'], true);
      if (howItEnds === 'grace') assert.deepEqual(await agent.hangUp(), [0, 0]);
      await untilStateIs(victim.pid, 'S');
    }
  });

  test('ports and the link are told at the start and at each change', async () => {
    await using namespace = await makeNamespace(resolvConf);
    await run(namespace, 'ip link add nodelocaldns type bridge && ip addr add 169.254.20.10/32 dev nodelocaldns');
    const responder = await namespace.startResponder('127.0.0.1', 'answer');
    const agent = startAgent(namespace);
    await agent.ask('watch', { localIps: ['127.0.0.1', '127.0.0.2'], link: 'nodelocaldns', comm: 'x', everyMs: 10 });
    await agent.waitFor(isEvent('link', { present: true }), 'link');
    assert.deepEqual(agent.all(isEvent('link'))[0]?.['addresses'], ['169.254.20.10']);
    await agent.waitFor(isEvent('port-bound', { address: '127.0.0.1', proto: 'udp' }), 'port-bound');
    assert.equal(agent.all(isEvent('port-bound', { address: '127.0.0.2' })).length, 0);

    responder.child.kill('SIGKILL');
    await agent.waitFor(isEvent('port-unbound', { address: '127.0.0.1', proto: 'udp' }), 'port-unbound');
    await run(namespace, 'ip addr add 10.96.0.10/32 dev nodelocaldns && ip link del nodelocaldns');
    await agent.waitFor(isEvent('link', { present: false }), 'the end of the link');
    // Bound again on the wildcard address: that serves each local address.
    await namespace.startResponder('0.0.0.0', 'answer');
    await agent.waitFor(isEvent('port-bound', { address: '127.0.0.2' }), 'port-bound by the wildcard');
  });

  test('rules are counted by their comment', async () => {
    await using namespace = await makeNamespace(resolvConf);
    const rule = 'iptables -w 5 -t raw -I OUTPUT -p udp --dport 53 -j NOTRACK -m comment --comment';
    await run(namespace, `${rule} "NodeLocal DNS Cache: skip conntrack" && ${rule} other`);
    // The node's root is that of PID 1: here the agent is that itself, in a PID namespace of its own.
    const agent = startAgent(namespace, { by: ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] });
    assert.equal((await agent.ask('rules', { comment: 'NodeLocal DNS Cache' }))['rules'], 1);
    assert.equal((await agent.ask('rules', { comment: 'absent' }))['rules'], 0);
  });

  test('captured responses tell the server, the query, and whether it was far', async () => {
    await using container = await makeContainer();
    await using namespace = await makeNamespace(resolvConf);
    await namespace.startResponder('127.0.0.1', 'silent');
    await namespace.startResponder('127.0.0.2', 'far');
    await container.add(namespace.pid);
    const agent = startAgent(namespace);
    const begun = await agent.ask('capture', {
      probes: [{ probe: 'p', containerId: container.id, podIp: '127.0.0.1' }],
    });
    assert.equal(begun['ok'], true, String(begun['error']));
    const probe = namespace.start([join(programs, 'probe-glibc'), '--name', 'www.Example.com', '--interval-ms', '50']);
    await sleep(3000);
    probe.child.kill('SIGTERM');
    await once(probe.child, 'exit');

    const captured = await agent.ask('captured');
    const lines = agent
      .all((line) => 'capture' in line)
      .flatMap((line) => (line['capture'] as { lines: unknown[][] }).lines);
    assert.equal(captured['responses'], lines.length);
    assert.equal(captured['dropped'], 0);
    assert.ok(lines.length >= 30, `${lines.length} responses`);
    for (const [atNs, server, from, queryAtNs, name, , rcode, tcp] of lines) {
      assert.deepEqual([server, from, name, rcode, tcp], ['127.0.0.2', 'elsewhere', 'www.example.com', 'NOERROR', 0]);
      const tookNs = Number(atNs) - Number(queryAtNs);
      assert.ok(tookNs > 0 && tookNs < 1e9 && Math.abs(Number(atNs) - nowNs()) < 20e9, `${tookNs} ns`);
    }
  });

  test('responses over TCP are captured, and every resolver asks again over TCP when a response was cut', async () => {
    await using container = await makeContainer();
    await using namespace = await makeNamespace('nameserver 127.0.0.1\n');
    await namespace.startResponder('127.0.0.1', 'truncated');
    await container.add(namespace.pid);
    const agent = startAgent(namespace);
    await agent.ask('capture', { probes: [{ probe: 'p', containerId: container.id, podIp: '127.0.0.1' }] });
    for (const probe of ['glibc', 'musl', 'go', 'c-ares'] as const) {
      const { lookups } = await runProbe(programs, namespace, probe, { forMs: 1000 });
      assert.ok(
        lookups.length > 0 && lookups.every((lookup) => lookup.outcome === 'answered'),
        `${probe}: ${lookups[0]?.error ?? ''}`,
      );
    }
    await agent.ask('captured');
    const lines = agent
      .all((line) => 'capture' in line)
      .flatMap((line) => (line['capture'] as { lines: unknown[][] }).lines);
    const overTcp = lines.filter((line) => line[7] === 1);
    assert.ok(overTcp.length >= 40 && overTcp.length < lines.length, `${overTcp.length} of ${lines.length} over TCP`);
    for (const line of overTcp) assert.ok(line[3] !== null && line[4] === 'www.example.com', JSON.stringify(line));
  });

  test('over a link: queries that leave and responses that arrive, from the silent server none', async () => {
    await using container = await makeContainer();
    await using pod = await makeNamespace('nameserver 10.77.0.2\nnameserver 10.77.0.3\noptions timeout:1\n');
    await using servers = await makeNamespace('');
    await run(
      pod,
      `ip link add eth0 type veth peer name eth0 netns ${servers.pid} && ip addr add 10.77.0.1/24 dev eth0 && ip link set eth0 up`,
    );
    await run(servers, 'ip addr add 10.77.0.2/24 dev eth0 && ip addr add 10.77.0.3/24 dev eth0 && ip link set eth0 up');
    await servers.startResponder('10.77.0.2', 'silent');
    await servers.startResponder('10.77.0.3', 'answer');
    await container.add(pod.pid);
    // The agent is elsewhere, and reaches the pod's network namespace by its process.
    const agent = startAgent(servers);
    const probes = [{ probe: 'site/single/musl/busy', containerId: container.id, podIp: '10.77.0.1' }];
    assert.equal((await agent.ask('capture', { probes }))['ok'], true);
    assert.match(String((await agent.ask('capture', { probes }))['error']), /under way already/);
    const probe = pod.start([join(programs, 'probe-musl'), '--name', 'www.example.com', '--interval-ms', '50']);
    await sleep(1500);
    probe.child.kill('SIGTERM');
    await once(probe.child, 'exit');

    await agent.ask('captured');
    const [capture] = agent
      .all((line) => 'capture' in line)
      .map((line) => line['capture'] as { probe: string; lines: unknown[][] });
    assert.equal(capture?.probe, 'site/single/musl/busy');
    assert.ok(capture.lines.length >= 20, `${capture.lines.length} responses`);
    for (const [atNs, server, from, queryAtNs] of capture.lines) {
      assert.deepEqual([server, from], ['10.77.0.3', 'own-node']);
      assert.ok(queryAtNs !== null && Number(atNs) > Number(queryAtNs));
    }
    assert.match(String((await agent.ask('captured'))['error']), /no capture is under way/);
  });
});

async function procsOf(containerId: string): Promise<string> {
  const child = spawn('sh', [
    '-c',
    `ls -d /sys/fs/cgroup/pids/*/${containerId} /sys/fs/cgroup/*/${containerId} 2>/dev/null | head -1`,
  ]);
  const [path] = (await once(child.stdout, 'data')) as [Buffer];
  return join(path.toString().trim(), 'cgroup.procs');
}

/** A process takes a signal when it runs next, which a busy machine delays. */
async function untilStateIs(pid: number, wanted: 'S' | 'T'): Promise<void> {
  let state: string | undefined;
  for (let attempt = 0; attempt < 500 && state !== wanted; attempt++) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    state = stat[stat.lastIndexOf(')') + 2];
    if (state !== wanted) await sleep(10);
  }
  assert.equal(state, wanted);
}

async function run(namespace: Namespace, script: string): Promise<void> {
  const [code] = (await once(namespace.start(['sh', '-ec', script]).child, 'exit')) as [number | null];
  assert.equal(code, 0, script);
}
