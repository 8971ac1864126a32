import { join } from 'node:path';
import { contextName, runDir } from '../../lib/cluster/embedded/paths.ts';
import { defineConfig } from '../../lib/config/drill-config.ts';

/** The embedded cluster that is up, met as somebody else's: by its kubeconfig alone. */
export default defineConfig({
  cluster: {
    provider: 'existing',
    existing: { kubeconfig: join(runDir('default'), 'kubeconfig'), context: contextName('default') },
  },
  allowContexts: [contextName('default')],
});
