import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { projectRoot } from '../../lib/build/project-root.ts';
import { newRunId } from '../../lib/config/run-id.ts';
import { oneFailed, sum, type Counts, type Step } from './step.ts';

const runRecordSchema = z.object({
  experiments: z.array(
    z.object({ experiment: z.string(), title: z.string(), result: z.string(), sentence: z.string() }),
  ),
});

type Experiment = z.infer<typeof runRecordSchema>['experiments'][number];

/**
 * All experiments, on the embedded cluster. A fail is a fail, and is never repeated. An inconclusive one, whose cause may be the noise of
 * a busy machine, is repeated once; both journals are kept, and it counts as skipped with its reason, whatever the repetition says, unless that fails.
 */
export function experimentsStep(name: string, options: { readonly suffix: string; readonly config?: string }): Step {
  return {
    name,
    run: async () => {
      const first = await runExperiments(`${newRunId()}-${options.suffix}`, [], options.config);
      if (first.length === 0) return oneFailed;
      const counts: Counts[] = [];
      for (const experiment of first) counts.push(await count(experiment, options));
      return sum(counts);
    },
  };
}

async function count(
  { experiment, result, sentence }: Experiment,
  options: { readonly suffix: string; readonly config?: string },
): Promise<Counts> {
  const counted = { passed: 0, failed: 0, skipped: 0 };
  if (result === 'pass') return { ...counted, passed: 1 };
  if (result !== 'inconclusive' && result !== 'skipped') return { ...counted, failed: 1 };
  process.stdout.write(`skipped: ${experiment}: ${sentence}\n`);
  if (result === 'skipped') return { ...counted, skipped: 1 };
  const again = await runExperiments(
    `${newRunId()}-${options.suffix}-repeated`,
    [`experiments/${experiment}.spec.ts`],
    options.config,
  );
  const worst = again.some((each) => each.result !== 'pass' && each.result !== 'inconclusive') || again.length === 0;
  return worst ? { ...counted, failed: 1 } : { ...counted, skipped: 1 };
}

async function runExperiments(
  runId: string,
  files: readonly string[],
  config: string | undefined,
): Promise<readonly Experiment[]> {
  await execa('playwright', ['test', ...files], {
    cwd: projectRoot,
    preferLocal: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { NODELOCAL_DRILL_RUN_ID: runId, ...(config === undefined ? {} : { NODELOCAL_DRILL_CONFIG: config }) },
    reject: false,
  });
  const text = await readFile(join(projectRoot, 'results', runId, 'run.json'), 'utf8').catch(() => null);
  if (text !== null) return runRecordSchema.parse(JSON.parse(text)).experiments;
  process.stdout.write(`run ${runId} left no run.json\n`);
  return [];
}
