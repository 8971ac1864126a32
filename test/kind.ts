/**
 * `npm run test:kind`: the main drill on a real kind cluster, with the machine's container engine or with a dockerd of its own. Not yet a step of
 * `npm test` (docs/kind.md says what was seen of it).
 */
import { experimentsStep } from './steps/experiments-step.ts';
import { withContainerEngine } from './steps/with-container-engine.ts';

const step = withContainerEngine('the main drill on kind', (within) =>
  experimentsStep('the main drill on kind', {
    suffix: 'kind',
    files: ['experiments/node-cache-killed.spec.ts'],
    config: 'test/configs/kind.config.ts',
    within,
  }),
);
const { passed, failed, skipped } = await step.run();
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
