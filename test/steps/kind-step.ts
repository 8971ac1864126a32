import { experimentsStep } from './experiments-step.ts';
import type { Step } from './step.ts';
import { withContainerEngine } from './with-container-engine.ts';

/** The main drill on a real kind cluster: with the machine's container engine, or with a dockerd of its own. */
export function kindStep(name: string): Step {
  return withContainerEngine(name, (within) =>
    experimentsStep(name, {
      suffix: 'kind',
      files: ['experiments/node-cache-killed.spec.ts'],
      config: 'test/configs/kind.config.ts',
      within,
    }),
  );
}
