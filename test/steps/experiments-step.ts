import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { projectRoot } from '../../lib/build/project-root.ts';
import { newRunId } from '../../lib/config/run-id.ts';
import { oneFailed, sum, type Counts, type Step, type StepResult } from './step.ts';

const runRecordSchema = z.object({
  experiments: z.array(
    z.object({ experiment: z.string(), title: z.string(), result: z.string(), sentence: z.string() }),
  ),
});

type Experiment = z.infer<typeof runRecordSchema>['experiments'][number];

export interface ExperimentsOptions {
  /** Tells this step's runs apart from others': part of the run's name. */
  readonly suffix: string;
  /** Files of experiments; none: all. */
  readonly files?: readonly string[];
  /** Another configuration than drill.config.ts. */
  readonly config?: string;
  /** What comes before the command: where the cluster's API server can only be reached from inside other namespaces. */
  readonly within?: readonly string[];
}

/**
 * Experiments on a real cluster. A fail is a fail, and is never repeated. An inconclusive one, whose cause may be the noise of a busy machine, is
 * repeated once; both journals are kept, and it counts as skipped with its reason, unless the repetition fails.
 */
export function experimentsStep(name: string, options: ExperimentsOptions): Step {
  return {
    name,
    run: async () => {
      const experiments = await runExperiments(options, options.files ?? [], options.suffix);
      if (experiments.length === 0) return oneFailed;
      const counts: Counts[] = [];
      const failures: string[] = [];
      for (const experiment of experiments) {
        const counted = await count(experiment, options);
        counts.push(counted);
        if (counted.failures !== undefined) failures.push(counted.failures);
      }
      return { ...sum(counts), ...(failures.length === 0 ? {} : { failures: failures.join('\n') }) };
    },
  };
}

async function count({ experiment, result, sentence }: Experiment, options: ExperimentsOptions): Promise<StepResult> {
  const counted = { passed: 0, failed: 0, skipped: 0 };
  const failed = { ...oneFailed, failures: `${experiment}: ${result}: ${sentence}` };
  if (result === 'pass') return { ...counted, passed: 1 };
  if (result !== 'inconclusive' && result !== 'skipped') return failed;
  process.stdout.write(`skipped: ${experiment}: ${sentence}\n`);
  if (result === 'skipped') return { ...counted, skipped: 1 };
  const again = await runExperiments(options, [`experiments/${experiment}.spec.ts`], `${options.suffix}-repeated`);
  const broken = again.length === 0 || again.some((each) => each.result !== 'pass' && each.result !== 'inconclusive');
  return broken ? failed : { ...counted, skipped: 1 };
}

async function runExperiments(
  { config, within = [] }: ExperimentsOptions,
  files: readonly string[],
  suffix: string,
): Promise<readonly Experiment[]> {
  const runId = `${newRunId()}-${suffix}`;
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
  if (text !== null) return runRecordSchema.parse(JSON.parse(text)).experiments;
  process.stdout.write(`run ${runId} left no run.json\n`);
  return [];
}
