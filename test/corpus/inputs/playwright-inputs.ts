import { join } from 'node:path';
import type { BadInput } from '../bad-input.ts';

/** The same by way of `npx playwright test`, whose own way would be a stack for each. */
export const playwrightInputs: readonly BadInput[] = [
  byPlaywright('an unknown key', { thresholds: { fallbackFailedLookup: 1 } }, [
    'unknown key "thresholds.fallbackFailedLookup"',
    'did you mean',
  ]),
  byPlaywright(
    'a context that is not allowed',
    { cluster: { provider: 'existing', existing: { context: 'production' } } },
    ['context "production" may not be harmed', 'Nothing was sent to it'],
  ),
  byPlaywright(
    'a kubeconfig that is not there',
    {
      cluster: { provider: 'existing', existing: { context: 'a', kubeconfig: '/nowhere/kubeconfig' } },
      allowContexts: ['a'],
    },
    ['there is no kubeconfig /nowhere/kubeconfig'],
  ),
  byPlaywright('a node-cache that is not there', { nodeLocal: { binary: '/nowhere/node-cache' } }, [
    'nodeLocal.binary /nowhere/node-cache is not there',
  ]),
  {
    ...byPlaywright('a configuration with a syntax error', {}, ["$FOLDER/drill.config.mts:2 can't be loaded: "]),
    configText: 'export default {\n  timing: { baseline "10 s" },\n};\n',
  },
  {
    ...byPlaywright('no configuration file', {}, ['there is no configuration file $FOLDER/nope.ts']),
    env: (folder) => ({ NODELOCAL_DRILL_CONFIG: join(folder, 'nope.ts') }),
  },
];

function byPlaywright(name: string, config: object, says: readonly string[]): BadInput {
  return {
    name: `npx playwright test: ${name}`,
    playwright: true,
    args: () => ['experiments/no-fault.spec.ts'],
    config: () => config,
    says,
  };
}
