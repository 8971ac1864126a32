/** `npm run test:kind`: the last step of `npm test` alone. */
import { kindStep } from './steps/kind-step.ts';

const { passed, failed, skipped } = await kindStep('the main drill on kind').run();
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
