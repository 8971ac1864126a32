/** `npm run test:kind`: the last step of `npm test` alone. */
import { kindStep } from './steps/kind-step.ts';
import { runSteps } from './steps/run-steps.ts';

await runSteps([kindStep('the main drill on kind')]);
