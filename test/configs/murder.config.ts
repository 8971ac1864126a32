/** The cluster that `npm run murder` kills parts of, and the short drill that it interrupts. */
import { defineConfig } from '../../lib/config/drill-config.ts';

export default defineConfig({
  cluster: { provider: 'embedded', embedded: { name: 'murder', nodes: [{ site: 'both' }, { site: 'control' }] } },
  probes: { resolvers: ['glibc'], dnsConfigs: ['single', 'fallback-upstream'], quietDnsConfigs: [] },
  timing: { warmUp: '1 s', baseline: '2 s', recovery: '5 s' },
});
