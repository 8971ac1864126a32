/** A small and short drill, on a cluster of its own, for those who break it off. */
import { defineConfig } from '../../lib/config/drill-config.ts';

export default defineConfig({
  cluster: {
    // Also where a container engine has a node image of kind.
    provider: 'embedded',
    embedded: { name: 'interrupts-test', nodes: [{ site: 'both' }, { site: 'control' }] },
  },
  probes: { resolvers: ['glibc'], dnsConfigs: ['single', 'fallback-upstream'], quietDnsConfigs: [] },
  timing: { warmUp: '1 s', baseline: '2 s' },
});
