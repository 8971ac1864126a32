import { defineConfig } from '../../lib/config/drill-config.ts';

/** A kind cluster with a name that no user's has. */
export default defineConfig({ cluster: { provider: 'kind', kind: { name: 'nodelocal-drill-test' } } });
