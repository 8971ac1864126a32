/**
 * `npm test`: every check, from types to experiments on the embedded cluster, cheapest first. All steps run, whatever became of
 * earlier ones. The last line is counted from the real runs; the exit code is 0 only when nothing failed and the main drill is proven.
 * `npm test -- --only experiments`: the steps with that in their names alone; may be given again.
 */
import { parseArgs } from 'node:util';
import { exitCodes } from '../lib/cli/exit-codes.ts';
import { allSteps } from './steps/all-steps.ts';
import { pickSteps, type PickedSteps } from './steps/pick-steps.ts';
import { runSteps } from './steps/run-steps.ts';

const steps = picked();
if (steps === null) process.exitCode = exitCodes.usage;
else await runSteps(steps.picked, steps);

function picked(): PickedSteps | null {
  try {
    const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [] } } });
    return pickSteps(allSteps, values.only);
  } catch (error) {
    process.stderr.write(`npm test: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}
