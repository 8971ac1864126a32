/** Run as a process: `npm test` with one step, the main drill, which is a recorded one. `recorded-check-run.ts SUFFIX [CONFIG]` */
import { join } from 'node:path';
import { experimentsStep } from '../steps/experiments-step.ts';
import { runSteps } from '../steps/run-steps.ts';

const [suffix = '', config] = process.argv.slice(2);
await runSteps([
  experimentsStep('experiments', {
    cluster: 'no cluster',
    suffix,
    experiments: ['node-cache-killed'],
    within: [process.execPath, join(import.meta.dirname, 'recorded-run.ts')],
    ...(config === undefined ? {} : { config }),
  }),
]);
