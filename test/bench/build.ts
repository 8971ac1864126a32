/**
 * `npm run bench:build [-- FOLDER]`: builds everything into an empty cache and prints wall time, CPU-seconds and sizes of each phase. FOLDER, on a
 * disk with 6 GB free, is made for it and removed again. Go modules and Debian packages that the machine has already are used as they are.
 */
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { buildComponents } from '../../lib/build/components.ts';
import { embeddedPackages, ensureDebianPackages } from '../../lib/build/debian-packages.ts';
import { goToolchain } from '../../lib/build/go-toolchain.ts';
import { buildProbePrograms } from '../../lib/build/probe-programs.ts';
import { bytesInWords } from '../../lib/cli/bytes-in-words.ts';
import { progressLines } from '../../lib/cli/progress-lines.ts';
import { buildImages } from '../../lib/cluster/embedded/embedded-images.ts';
import { cacheDir } from '../../lib/cluster/embedded/paths.ts';

/** A cold build may cost no more. */
const wantedCpuS = 960;

await using dir = await mkdtempDisposable(join(resolve(process.argv[2] ?? tmpdir()), 'nodelocal-drill-bench-build-'));
process.env['NODELOCAL_DRILL_CACHE'] = dir.path;
const signal = AbortSignal.timeout(60 * 60_000);
const progress = progressLines();
const rows: { readonly phase: string; readonly wallS: number; readonly cpuS: number; readonly bytes: number }[] = [];

process.stdout.write(`into ${dir.path}, load ${(loadavg()[0] ?? 0).toFixed(1)} before\n`);
let programs = '';
await phase('Debian packages', () => ensureDebianPackages(embeddedPackages, signal, progress));
await phase('Go', () => goToolchain({ cacheDir: cacheDir(), signal, progress }));
await phase('components', async () => {
  programs = await buildComponents(cacheDir(), signal, progress);
});
await phase('probe programs', () => buildProbePrograms({ cacheDir: cacheDir(), signal, onProgress: progress }));
await phase('images', () => buildImages(programs, signal, progress));

const all = rows.reduce(
  (sum, row) => ({ wallS: sum.wallS + row.wallS, cpuS: sum.cpuS + row.cpuS, bytes: sum.bytes + row.bytes }),
  {
    wallS: 0,
    cpuS: 0,
    bytes: 0,
  },
);
process.stdout.write('phase                wall    CPU  on disk\n');
for (const { phase, wallS, cpuS, bytes } of [...rows, { phase: 'all', ...all }])
  process.stdout.write(
    `${phase.padEnd(16)}${wallS.toFixed(0).padStart(7)} s${cpuS.toFixed(0).padStart(5)} s${bytesInWords(bytes).padStart(9)}\n`,
  );
process.stdout.write(`wanted: at most ${wantedCpuS} CPU-s; load ${(loadavg()[0] ?? 0).toFixed(1)} after\n`);
process.exitCode = all.cpuS <= wantedCpuS ? 0 : 1;

async function phase(name: string, work: () => Promise<unknown>): Promise<void> {
  const before = { atMs: performance.now(), cpuS: await cpuSeconds(), bytes: await diskUse() };
  await work();
  rows.push({
    phase: name,
    wallS: (performance.now() - before.atMs) / 1000,
    cpuS: (await cpuSeconds()) - before.cpuS,
    bytes: (await diskUse()) - before.bytes,
  });
}

/** Of this process and of all that it waited for: utime, stime, cutime and cstime of proc(5), in ticks of 10 ms. */
async function cpuSeconds(): Promise<number> {
  const stat = await readFile('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

async function diskUse(): Promise<number> {
  return Number((await execa('du', ['-s', '-B1', dir.path])).stdout.split('\t')[0]);
}
