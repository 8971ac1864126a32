/**
 * `npm run bench:boot [-- BOOTS]`: how long the embedded cluster takes from a warm cache to DNS answers, with its phases and CPU-seconds.
 * Two set-ups: two nodes with cluster DNS answering on both, and three nodes with NodeLocal DNSCache answering on those under test.
 */
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { noProgress } from '../../lib/build/progress.ts';
import { down } from '../../lib/cluster/embedded/down.ts';
import { cgroupName } from '../../lib/cluster/embedded/paths.ts';
import { up, type BootPhase } from '../../lib/cluster/embedded/up.ts';
import { embeddedSettingsSchema, type EmbeddedSettings } from '../../lib/config/embedded-settings.ts';

const name = 'bench';
const setUps: Readonly<Record<string, { readonly settings: EmbeddedSettings; readonly wantedS: number }>> = {
  'two nodes, cluster DNS': {
    settings: embeddedSettingsSchema.parse({
      name,
      nodes: [
        { name: 'a', site: 'control' },
        { name: 'b', site: 'control' },
      ],
    }),
    wantedS: 7,
  },
  'three nodes, NodeLocal DNSCache': { settings: embeddedSettingsSchema.parse({ name }), wantedS: 10 },
};

const boots = Number(process.argv[2] ?? 3);
for (const [title, { settings, wantedS }] of Object.entries(setUps)) {
  process.stdout.write(`${title} (wanted: at most ${wantedS} s on two free cores)\n`);
  for (let boot = 1; boot <= boots; boot++) {
    const load = loadavg()[0] ?? 0;
    const outcome = await up({ settings, nodeCache: {}, signal: AbortSignal.timeout(300_000), progress: noProgress });
    if (!outcome.booted) throw new Error(`a cluster "${name}" is up: put it away first`);
    const { phases } = outcome;
    const cpu = await cpuSeconds();
    await down(name);
    process.stdout.write(
      `  boot ${boot}: ${seconds(phases, lastAnswer(phases))} s to the last answer, ${cpu.toFixed(1)} CPU-s until ready, load ${load.toFixed(1)} before\n`,
    );
    process.stdout.write(
      `    ${phases.map((p) => `${p.event}${p.node === '' ? '' : `(${p.node})`} ${seconds(phases, p)}`).join(', ')}\n`,
    );
  }
}

function lastAnswer(phases: readonly BootPhase[]): BootPhase {
  const last = phases.findLast(({ event }) => event === 'cluster-dns' || event === 'node-local-dns');
  if (last === undefined) throw new Error('no DNS answer among the phases');
  return last;
}

function seconds(phases: readonly BootPhase[], phase: BootPhase): string {
  return ((phase.atNs - (phases[0]?.atNs ?? 0)) / 1e9).toFixed(2);
}

async function cpuSeconds(): Promise<number> {
  const v1 = await readFile(`/sys/fs/cgroup/cpuacct/${cgroupName(name)}/cpuacct.usage`, 'utf8').catch(() => null);
  if (v1 !== null) return Number(v1) / 1e9;
  const v2 = await readFile(`/sys/fs/cgroup/${cgroupName(name)}/cpu.stat`, 'utf8');
  return Number(/^usage_usec (\d+)$/m.exec(v2)?.[1]) / 1e6;
}
