/**
 * `npm test`: every check, from types to experiments on the embedded cluster, cheapest first. All steps run, whatever became of
 * earlier ones. The last line is counted from the real runs; the exit code is 0 only when nothing failed.
 */
import { commandStep } from './steps/command-step.ts';
import { experimentsStep } from './steps/experiments-step.ts';
import { goTestStep } from './steps/go-test-step.ts';
import { kindStep } from './steps/kind-step.ts';
import { murderStep } from './steps/murder-step.ts';
import { nodeTestStep } from './steps/node-test-step.ts';
import { setUpStep } from './steps/set-up-step.ts';
import { withEmbeddedCluster } from './steps/with-embedded-cluster.ts';
import { oneFailed, sum, type Step, type StepResult } from './steps/step.ts';

const steps: readonly Step[] = [
  setUpStep,
  commandStep('types', 'tsc', []),
  commandStep('lint', 'eslint', ['.', '--max-warnings=0']),
  commandStep('format', 'prettier', ['--check', '--log-level=warn', '.']),
  commandStep('dead code', 'knip', []),
  nodeTestStep('unit tests', ['--test-isolation=none', 'test/unit/**/*.test.ts']),
  nodeTestStep('bad input', ['test/corpus/*.test.ts']),
  nodeTestStep('report in a browser', ['test/report/**/*.test.ts']),
  nodeTestStep('probe programs', ['test/probes/**/*.test.ts']),
  nodeTestStep('images and workflows', ['test/delivery/**/*.test.ts']),
  goTestStep('node agent and packets', 'probes/go', ['./...']),
  goTestStep('node-cache stand-in', 'embedded', ['./internal/nodecache', './cmd/node-cache']),
  goTestStep('machine', 'embedded', ['./internal/machine']),
  nodeTestStep('embedded cluster', ['test/cluster/**/*.test.ts']),
  murderStep('murders', 3),
  nodeTestStep('disguises', ['--test-concurrency=1', 'test/disguises/*.test.ts']),
  experimentsStep('experiments', { suffix: 'embedded', config: 'test/configs/embedded.config.ts' }),
  // The same cluster, met as somebody else's, must give the same result: a pass.
  withEmbeddedCluster(
    experimentsStep('… on an existing cluster', {
      suffix: 'existing',
      files: ['experiments/node-cache-killed.spec.ts'],
      config: 'test/configs/existing.config.ts',
    }),
  ),
  kindStep('… on kind'),
];

const results: { readonly name: string; readonly counts: StepResult; readonly seconds: number }[] = [];
// The step that runs gets Ctrl-C, too, and puts its things away; a second one leaves at once. What comes within half a second is one press: npm passes
// on what the terminal has sent already.
let interruptedAtMs: number | null = null;
process.on('SIGINT', () => {
  if (interruptedAtMs !== null && performance.now() - interruptedAtMs > 500) process.exit(130);
  interruptedAtMs ??= performance.now();
});
for (const step of steps) {
  if (isInterrupted()) break;
  process.stdout.write(`\n── ${step.name}\n`);
  const begun = performance.now();
  const counts = await step.run().catch((error: unknown) => {
    const failures = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stdout.write(`${failures}\n`);
    return { ...oneFailed, failures };
  });
  results.push({ name: step.name, counts, seconds: (performance.now() - begun) / 1000 });
}

for (const { name, counts } of results) {
  if (counts.failures !== undefined) process.stdout.write(`\n── ${name}: what failed\n${counts.failures}\n`);
}
process.stdout.write('\n');
for (const { name, counts, seconds } of results) {
  process.stdout.write(
    `${name.padEnd(24)}${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped  (${seconds.toFixed(1)} s)\n`,
  );
}
if (isInterrupted()) process.stdout.write('interrupted: the steps after that were not run\n');
const total = sum(results.map(({ counts }) => counts));
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
if (isInterrupted()) process.exitCode = 130;

function isInterrupted(): boolean {
  return interruptedAtMs !== null;
}
