import { defineConfig } from '../../lib/config/drill-config.ts';

const context = process.env['DRILL_CONTEXT'] ?? 'kind-drill';

/** The cluster of a CI job: its context is `kind-drill` (kind) or `drill` (k3s-up.sh), by DRILL_CONTEXT. */
export default defineConfig({
  cluster: { provider: 'existing', existing: { context } },
  allowContexts: [context],
});
