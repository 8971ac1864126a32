import { experimentsStep, provenBy } from './experiments-step.ts';
import type { Step } from './step.ts';
import { withContainerEngine } from './with-container-engine.ts';

const options = {
  cluster: 'kind',
  suffix: 'kind',
  experiments: ['node-cache-killed'],
  config: 'test/configs/kind.config.ts',
} as const;

/** The main drill on a real kind cluster: with the machine's container engine, or with a dockerd of its own. */
export function kindStep(name: string): Step {
  return {
    ...withContainerEngine(name, (within) => experimentsStep(name, { ...options, within })),
    proves: provenBy(options),
  };
}
