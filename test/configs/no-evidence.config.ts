/** Asks for more lookups than any drill brings: every verdict is inconclusive. */
import { defineConfig } from '../../lib/config/drill-config.ts';

export default defineConfig({ cluster: { provider: 'embedded' }, evidence: { lookupsInWindow: 1_000_000 } });
