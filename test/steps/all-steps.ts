import { commandStep } from './command-step.ts';
import { experimentsStep } from './experiments-step.ts';
import { goTestStep } from './go-test-step.ts';
import { kindStep } from './kind-step.ts';
import { murderStep } from './murder-step.ts';
import { nodeTestStep } from './node-test-step.ts';
import { setUpStep } from './set-up-step.ts';
import type { Step } from './step.ts';
import { withEmbeddedCluster } from './with-embedded-cluster.ts';

/** Every check, cheapest first. */
export const allSteps: readonly Step[] = [
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
  experimentsStep('experiments on the embedded cluster', {
    cluster: 'the embedded cluster',
    suffix: 'embedded',
    config: 'test/configs/embedded.config.ts',
  }),
  // The same cluster, met as somebody else's, must give the same result: a pass.
  withEmbeddedCluster(
    experimentsStep('experiments on an existing cluster', {
      cluster: 'an existing cluster',
      suffix: 'existing',
      experiments: ['node-cache-killed'],
      config: 'test/configs/existing.config.ts',
    }),
  ),
  kindStep('experiments on kind'),
];
