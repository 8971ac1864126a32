import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { projectRoot } from '../../lib/build/project-root.ts';
import { newRunId } from '../../lib/config/run-id.ts';
import { runRecordSchema } from '../../lib/report/run-record.ts';
import { countDrill, isInconclusive, type Attempt, type Drill } from './drill.ts';
import { oneFailed, sum, type Step, type StepResult } from './step.ts';
import { mustBeProven } from './unproven.ts';

export interface ExperimentsOptions {
  /** The cluster, in words. */
  readonly cluster: string;
  /** Tells this step's runs apart from others': part of the run's name. */
  readonly suffix: string;
  /** Names of experiments; none: all. */
  readonly experiments?: readonly string[];
  /** Another configuration than drill.config.ts. */
  readonly config?: string;
  /** What comes before the command: where the cluster's API server can only be reached from inside other namespaces. */
  readonly within?: readonly string[];
}

/**
 * Experiments on a real cluster. A fail is a fail, and is never repeated. An inconclusive one, whose cause may be the noise of a busy machine, is
 * repeated once; both journals are kept. What that counts as is in test/steps/drill.ts, what must be proven in test/steps/unproven.ts.
 */
export function experimentsStep(name: string, options: ExperimentsOptions): Step {
  return {
    name,
    proves: provenBy(options),
    run: async (signal) => {
      const { runId, entries } = await runExperiments(options, options.experiments ?? [], options.suffix);
      if (entries.length === 0) return { ...oneFailed, failures: leftNothing(runId) };
      const drills: Drill[] = [];
      for (const { experiment, ...first } of entries) {
        const attempts = [first, ...(isInconclusive(first) && !signal.aborted ? await again(experiment, options) : [])];
        drills.push({ experiment, cluster: options.cluster, attempts });
      }
      return { ...together(drills.map(countDrill)), drills };
    },
  };
}

/** What of all that must be proven is among a step's experiments. */
export function provenBy({ experiments }: Pick<ExperimentsOptions, 'experiments'>): readonly string[] {
  return Object.keys(mustBeProven).filter((experiment) => experiments?.includes(experiment) ?? true);
}

async function again(experiment: string, options: ExperimentsOptions): Promise<readonly Attempt[]> {
  process.stdout.write(`${experiment} was inconclusive, and is repeated once\n`);
  const { runId, entries } = await runExperiments(options, [experiment], `${options.suffix}-repeated`);
  return entries.length === 0 ? [{ runId, result: 'broken', sentence: leftNothing(runId) }] : entries;
}

function together(results: readonly StepResult[]): StepResult {
  const failures = results.flatMap((result) => result.failures ?? []).join('\n');
  return {
    ...sum(results),
    skips: results.flatMap(({ skips = [] }) => skips),
    ...(failures === '' ? {} : { failures }),
  };
}

type Entry = Attempt & { readonly experiment: string };

async function runExperiments(
  { config, within = [] }: ExperimentsOptions,
  experiments: readonly string[],
  suffix: string,
): Promise<{ readonly runId: string; readonly entries: readonly Entry[] }> {
  const runId = `${newRunId()}-${suffix}`;
  const files = experiments.map((experiment) => `experiments/${experiment}.spec.ts`);
  const [program, ...args] = [...within, 'playwright', 'test', ...files] as const;
  await execa(program ?? '', args, {
    cwd: projectRoot,
    preferLocal: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      NODELOCAL_DRILL_RUN_ID: runId,
      // For kind existing: nobody is asked here.
      NODELOCAL_DRILL_YES: '1',
      ...(config === undefined ? {} : { NODELOCAL_DRILL_CONFIG: join(projectRoot, config) }),
    },
    reject: false,
  });
  const text = await readFile(join(projectRoot, 'results', runId, 'run.json'), 'utf8').catch(() => null);
  if (text === null) return { runId, entries: [] };
  const record = runRecordSchema.parse(JSON.parse(text));
  return {
    runId,
    entries: record.experiments.map(({ experiment, result, sentence }) => ({ runId, experiment, result, sentence })),
  };
}

function leftNothing(runId: string): string {
  return `run ${runId} left no run.json`;
}
