import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { noProgress } from '../../lib/build/progress.ts';
import { buildProbePrograms } from '../../lib/build/probe-programs.ts';
import { cacheDir } from '../../lib/cluster/embedded/paths.ts';
import { makeNamespace } from './support/namespace.ts';
import { runProbe, type Lookup, type ProbeName, type ProbeRun } from './support/run-probe.ts';

const probes: readonly ProbeName[] = ['glibc', 'musl', 'go', 'c-ares', 'wire'];
const resolvConf = 'nameserver 127.0.0.1\noptions ndots:1 timeout:1 attempts:2\n';
const intervalNs = 50e6;

/** Half of the lookups start within this. Not each: tests share the cores with whatever else runs there, which may stop all for a while. */
const usuallyOnTimeMs = 100;

let programs = '';
before(async () => {
  programs = await buildProbePrograms({
    cacheDir: cacheDir(),
    signal: AbortSignal.timeout(600_000),
    onProgress: noProgress,
  });
});

for (const probe of probes) {
  describe(`probe ${probe}`, { concurrency: true }, () => {
    test('a server that answers: every lookup is answered, on the fixed schedule', async (t) => {
      await using namespace = await makeNamespace(resolvConf);
      await namespace.startResponder('127.0.0.1', 'answer');
      const run = await runProbe(programs, namespace, probe, { forMs: 4000 });

      assertWhole(run);
      assert.equal(run.hello.bootId, (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim());
      assert.equal(run.hello.resolvConf, resolvConf);
      assert.match(run.hello.version, /\d+\.\d+/);
      assert.ok(run.endSeq >= 60, `${run.endSeq} lookups in 4 s`);
      for (const lookup of run.lookups) {
        assert.equal(lookup.outcome, 'answered');
        assert.deepEqual(lookup.answers, ['192.0.2.10']);
      }
      const [p50, p99, max] = [0.5, 0.99, 1].map((q) => latenessMs(run, q));
      t.diagnostic(`${run.hello.version}: late p50 ${p50} p99 ${p99} max ${max} ms; CPU ${run.cpuMs} ms in 4 s`);
    });

    test('a silent server: lookups start when they are due, though none has ended', async () => {
      await using namespace = await makeNamespace(resolvConf);
      await namespace.startResponder('127.0.0.1', 'silent');
      const run = await runProbe(programs, namespace, probe, { forMs: 2500 });

      assertWhole(run);
      assert.ok(run.endSeq >= 35, `${run.endSeq} lookups in 2.5 s`);
      for (const lookup of run.lookups) assert.equal(lookup.outcome, 'failed', `seq ${lookup.seq}`);
      const [first] = run.lookups;
      // Not Go: its resolver makes one lookup of those that overlap.
      const least = probe === 'go' ? 0.1 : 0.9;
      assert.ok(first !== undefined && first.endNs - first.dueNs > 0.9e9 && first.error !== null);
      assert.ok(run.lookups.filter((l) => l.endNs - l.dueNs > 0.9e9).length > run.endSeq * least);
    });

    test('a silent server and few in flight: the rest is unsent, and what is in flight at the end abandoned', async () => {
      await using namespace = await makeNamespace(resolvConf.replace('timeout:1', 'timeout:20'));
      await namespace.startResponder('127.0.0.1', 'silent');
      const patient = probe === 'wire' ? ['--timeout-ms', '20000'] : [];
      const flags = ['--max-in-flight', '4', '--drain-ms', '300', ...patient];
      const run = await runProbe(programs, namespace, probe, { forMs: 2000, flags });

      assertWhole(run);
      assert.deepEqual(seqsOf(run, 'abandoned'), [0, 1, 2, 3]);
      assert.equal(seqsOf(run, 'unsent').length, run.endSeq - 4);
      assert.ok(run.drainMs >= 290 && run.drainMs < 1500, `drained for ${run.drainMs} ms`);
    });

    test('a server that is killed: good until then, failed after', async () => {
      await using namespace = await makeNamespace(resolvConf);
      const responder = await namespace.startResponder('127.0.0.1', 'answer');
      const halfWay = () => responder.child.kill('SIGKILL');
      const run = await runProbe(programs, namespace, probe, { forMs: 3000, halfWay });

      assertWhole(run);
      const good = seqsOf(run, 'answered');
      const bad = seqsOf(run, 'failed');
      assert.ok(good.length >= 10 && bad.length >= 10, `${good.length} good, ${bad.length} bad`);
      assert.ok((good.at(-1) ?? 0) < (bad[0] ?? 0));
    });
  });
}

describe('told by signals', { concurrency: true }, () => {
  for (const probe of probes)
    test(`${probe}: nothing is asked before SIGUSR2, and half as often after another`, async () => {
      await using namespace = await makeNamespace(resolvConf);
      await namespace.startResponder('127.0.0.1', 'answer');
      let releasedNs = 0;
      const run = await runProbe(programs, namespace, probe, {
        forMs: 6000,
        flags: ['--start', 'signal'],
        signals: { name: 'SIGUSR2', at: [0.2, 0.5], sent: (nowNs) => (releasedNs ||= nowNs) },
      });

      const [first] = run.lookups;
      assert.ok(first !== undefined && first.dueNs >= releasedNs, 'asked before it was told to');
      assert.equal((first.dueNs - run.hello.firstDueNs) % intervalNs, 0);
      const steps = run.lookups.slice(1).map(({ dueNs }, at) => dueNs - (run.lookups[at]?.dueNs ?? 0));
      assert.deepEqual([...new Set(steps)], [intervalNs, 2 * intervalNs]);
      assert.deepEqual(
        run.lookups.map(({ seq }) => seq),
        run.lookups.map((_, seq) => seq),
      );
    });

  test('lookups of more than one line, errors among them, and single lines say the same', async () => {
    await using namespace = await makeNamespace(resolvConf);
    for (const probe of probes) {
      const { lookups } = await runProbe(programs, namespace, probe, { forMs: 2500, flags: ['--lines', 'single'] });
      const { lookups: many } = await runProbe(programs, namespace, probe, { forMs: 2500 });
      const told = (all: readonly Lookup[]) => [
        ...new Set(all.map(({ outcome, error }) => `${outcome} ${error ?? ''}`)),
      ];
      assert.deepEqual(told(many), told(lookups), probe);
      assert.ok(many.length > 20);
    }
  });
});

describe('a server that dies between the two answers of a lookup, and a second one', { concurrency: true }, () => {
  for (const { probe, waits } of [
    { probe: 'glibc', waits: 2 },
    { probe: 'musl', waits: 0 },
    { probe: 'go', waits: 1 },
  ] as const) {
    test(`${probe} waits ${waits} × timeout`, async () => {
      await using namespace = await makeNamespace(`nameserver 127.0.0.1\nnameserver 127.0.0.2\noptions timeout:1\n`);
      await namespace.addLink();
      await namespace.startResponder('127.0.0.1', 'half');
      await namespace.startResponder('127.0.0.2', 'answer');
      const run = await runProbe(programs, namespace, probe, { forMs: 1500 });

      assertWhole(run);
      const [halfAnswered, ...others] = run.lookups;
      assert.ok(halfAnswered !== undefined && others.length >= 15);
      for (const { outcome } of run.lookups) assert.equal(outcome, 'answered');
      assert.equal(Math.round(tookS(halfAnswered)), waits);
      assert.ok(others.every((lookup) => tookS(lookup) < 1.6));
    });
  }
});

describe('out of files', { concurrency: true }, () => {
  for (const { probe, mostFiles } of [
    { probe: 'glibc', mostFiles: 9 },
    { probe: 'musl', mostFiles: 9 },
    { probe: 'wire', mostFiles: 26 },
  ] as const) {
    test(`${probe}: trouble of the suite's own, and not a failed lookup`, async () => {
      await using namespace = await makeNamespace(resolvConf.replace('timeout:1', 'timeout:30'));
      await namespace.startResponder('127.0.0.1', 'silent');
      const flags = ['--drain-ms', '100', ...(probe === 'wire' ? ['--timeout-ms', '30000'] : [])];
      const run = await runProbe(programs, namespace, probe, { forMs: 2000, mostFiles, flags });
      assert.ok(run.troubles.length >= 10, `${run.troubles.length} troubles`);
      assert.equal(seqsOf(run, 'unsent').length, run.troubles.length);
      assert.deepEqual(seqsOf(run, 'failed'), []);
    });
  }
});

/** What holds for every run: each due time has one line, on the fixed grid, and started on time. */
function assertWhole(run: ProbeRun): void {
  assert.deepEqual(run.troubles, []);
  assert.equal(run.exitCode, 0);
  assert.equal(run.hello.intervalNs, intervalNs);
  assert.deepEqual(
    run.lookups.map((lookup) => lookup.seq),
    Array.from({ length: run.endSeq }, (_, seq) => seq),
  );
  for (const lookup of run.lookups) {
    assert.equal(lookup.dueNs, run.hello.firstDueNs + lookup.seq * intervalNs);
    assert.ok(lookup.startNs >= lookup.dueNs && lookup.endNs >= lookup.startNs, JSON.stringify(lookup));
    assert.equal(lookup.error !== null, lookup.outcome === 'failed');
  }
  assert.ok(latenessMs(run, 0.5) < usuallyOnTimeMs, `started late by ${latenessMs(run, 0.5)} ms`);
}

function tookS({ startNs, endNs }: Lookup): number {
  return (endNs - startNs) / 1e9;
}

function seqsOf(run: ProbeRun, outcome: Lookup['outcome']): readonly number[] {
  return run.lookups.filter((lookup) => lookup.outcome === outcome).map((lookup) => lookup.seq);
}

function latenessMs(run: ProbeRun, q: number): number {
  const sorted = run.lookups.map((lookup) => (lookup.startNs - lookup.dueNs) / 1e6).sort((a, b) => a - b);
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN).toFixed(2));
}
