import { defineConfig } from '../../lib/config/drill-config.ts';

/** The embedded cluster, also where `auto` would take kind. */
export default defineConfig({ cluster: { provider: 'embedded' } });
