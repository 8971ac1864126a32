import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { z } from 'zod';
import { embeddedPackages, packageVersions } from '../../build/debian-packages.ts';
import type { Progress } from '../../build/progress.ts';
import { projectRoot } from '../../build/project-root.ts';
import type { EmbeddedSettings } from '../../config/embedded-settings.ts';
import { down } from './down.ts';
import type { NodeCacheSource } from './embedded-images.ts';
import { refuseTooLittleDisk } from './enough-disk.ts';
import { refuseTooLittleMemory } from './enough-memory.ts';
import { fabricAddress, machineConfig, namedNodes } from './machine-config.ts';
import { refuseUnfitMachine } from './machine-needs.ts';
import { refuseStrangers } from './refuse-strangers.ts';
import { refuseUnfit } from './refuse-unfit.ts';
import { mustBuild } from './must-build.ts';
import { writeOutsideZones } from '../outside-zones.ts';
import { runDir } from './paths.ts';
import { prepare } from './prepare.ts';
import { embeddedStatus, type Facts } from './status.ts';

const phaseSchema = z.object({
  event: z.string(),
  node: z.string().default(''),
  detail: z.string().default(''),
  atNs: z.number(),
});

/** One moment of the boot, in absolute CLOCK_MONOTONIC ns. */
export type BootPhase = z.infer<typeof phaseSchema>;

export interface UpOptions {
  readonly settings: EmbeddedSettings;
  readonly nodeCache: NodeCacheSource;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** What `up` did. */
export type UpOutcome =
  | { readonly booted: true; readonly phases: readonly BootPhase[] }
  /** The cluster that was there is whole and as asked for. */
  | { readonly booted: false };

/**
 * Builds what is missing, and boots the cluster, unless one is up that is whole and has the same settings, programs and images. Any other
 * is put away first, and so is what a crash left. To be called under `lockCluster`.
 * @throws when the machine is unfit, a build fails or DNS does not answer within 90 s, twice; nothing is left then
 */
export async function up(options: UpOptions): Promise<UpOutcome> {
  const { settings, signal, progress } = options;
  // Again, as one may have come up while this one waited for its turn.
  await refuseStrangers(settings.name);
  await refuseUnfit(options.nodeCache, signal);
  const missing = await mustBuild(settings, signal);
  await refuseTooLittleDisk(missing);
  await refuseTooLittleMemory({ nodes: settings.nodes.length, mustBuild: missing.programs });
  const { programs, images } = await prepare({
    ...options,
    // What needs `ip` and `iptables` could not be tried before they were there.
    packagesReady: async () => refuseUnfitMachine(signal),
  });
  const linkMade = !(await kernelHasDummyLinks(signal));
  const machine = join(programs, 'machine');
  const dir = runDir(settings.name);
  const configPath = join(dir, 'machine.json');
  const config = JSON.stringify(
    machineConfig(settings, programs, images, {
      image: images.nodeCacheReference,
      linkMadeByInitContainer: linkMade,
    }),
    null,
    1,
  );
  const reason = await whyNotReused({ settings, machine, configPath, config, signal });
  if (reason === null) return { booted: false };
  if (reason !== '') progress('cluster', `the one that is there is replaced: ${reason}`);
  const facts = {
    settings,
    nodeCache: { ...images.nodeCacheFacts, linkMadeByInitContainer: linkMade },
    packages: await packageVersions(embeddedPackages, signal),
    checkout: projectRoot,
    user: process.env['SUDO_USER'] ?? userInfo().username,
  };
  const bootAnew = async () => {
    await down(settings.name);
    await mkdir(join(dir, 'logs'), { recursive: true, mode: 0o700 });
    for (const { name } of namedNodes(settings))
      await mkdir(join(dir, 'nodes', name), { recursive: true, mode: 0o700 });
    await writeOutsideZones(join(dir, 'outside'), fabricAddress(settings));
    await writeFile(configPath, config);
    await writeFacts(dir, facts);
    progress('cluster', `booting ${settings.nodes.length.toString()} nodes`);
    return boot(machine, configPath, signal, progress);
  };
  try {
    const phases = await bootAnew().catch((error: unknown) => {
      if (!(error instanceof FailedByChance)) throw error;
      progress('cluster', `${error.message}; once more`);
      return bootAnew();
    });
    const leftOpen = phases.filter(({ event }) => event === 'left-open').map(({ detail }) => detail);
    await writeFacts(dir, { ...facts, leftOpen });
    return { booted: true, phases };
  } catch (error) {
    await down(settings.name);
    throw error;
  }
}

/**
 * Something ended while the cluster booted, or did not come in time, as may happen on a machine that starves. What starts an ended program again on
 * others' nodes (systemd) is not in these: only such a failure is a reason to boot once more.
 */
class FailedByChance extends Error {
  override readonly name = 'FailedByChance';
}

async function writeFacts(dir: string, facts: Facts): Promise<void> {
  const path = join(dir, 'facts.json');
  await writeFile(`${path}.new`, JSON.stringify(facts, null, 1));
  await rename(`${path}.new`, path);
}

/** Null: it can be used as it is. Empty: there is none. Else what is wrong with it. */
async function whyNotReused(options: {
  readonly settings: EmbeddedSettings;
  readonly machine: string;
  readonly configPath: string;
  readonly config: string;
  readonly signal: AbortSignal;
}): Promise<string | null> {
  const { state } = await embeddedStatus(options.settings.name);
  if (state === 'absent') return '';
  if (state === 'remains') return 'it is gone, but something of it is left';
  if ((await readFile(options.configPath, 'utf8').catch(() => '')) !== options.config)
    return 'it has other settings, programs or images';
  const checked = await execa(options.machine, ['check', options.configPath], {
    reject: false,
    cancelSignal: options.signal,
    stdin: 'ignore',
  });
  options.signal.throwIfAborted();
  return checked.exitCode === 0 ? null : checked.stderr.replace(/^machine: /, '').replaceAll('\n', '; ');
}

/** node-cache's own link is of type `dummy`, which small kernels lack. Tried in a network namespace that is gone at once. */
async function kernelHasDummyLinks(signal: AbortSignal): Promise<boolean> {
  const tried = await execa('unshare', ['--net', 'ip', 'link', 'add', 'try', 'type', 'dummy'], {
    reject: false,
    cancelSignal: signal,
  });
  return tried.exitCode === 0;
}

async function boot(
  machine: string,
  configPath: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<readonly BootPhase[]> {
  const phases: BootPhase[] = [];
  const running = execa(machine, ['up', configPath], {
    cancelSignal: signal,
    forceKillAfterDelay: 10_000,
    buffer: { stdout: false },
    stdin: 'ignore',
    reject: false,
  });
  for await (const line of createInterface({ input: running.stdout })) {
    const phase = phaseSchema.parse(JSON.parse(line));
    phases.push(phase);
    if (phase.event === 'left-open') progress('cluster', `can't be shut off from ${phase.detail}`);
    if (shownPhases.has(phase.event))
      progress('cluster', `${phase.event}${phase.node === '' ? '' : ` on ${phase.node}`}`);
  }
  const ended = await running;
  signal.throwIfAborted();
  if (ended.exitCode === 0) return phases;
  const failed = phases.find(({ event }) => event === 'failed' || event === 'failed-by-chance');
  const message = `the embedded cluster did not come up: ${failed?.detail ?? ended.stderr.trim()}`;
  throw failed?.event === 'failed-by-chance' ? new FailedByChance(message) : new Error(message);
}

/** Of some twenty phases, those that tell a waiting person something. */
const shownPhases = new Set(['api-live', 'cluster-dns', 'node-local-dns', 'component-ended']);
