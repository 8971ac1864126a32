import { progressLines } from '../../lib/cli/progress-lines.ts';
import { acquireEmbedded } from '../../lib/cluster/embedded/embedded-cluster.ts';
import { loadConfig } from '../../lib/config/load-config.ts';
import type { Step } from './step.ts';

/** Runs a step while the embedded cluster is up. */
export function withEmbeddedCluster(step: Step): Step {
  return {
    ...step,
    run: async (interrupted) => {
      const { cluster, nodeLocal } = await loadConfig();
      const signal = AbortSignal.timeout(45 * 60_000);
      const embedded = await acquireEmbedded({
        user: { runId: null, command: 'npm test', wait: true },
        settings: cluster.embedded,
        nodeCache: nodeLocal,
        signal,
        progress: progressLines(),
      });
      try {
        return await step.run(interrupted);
      } finally {
        await embedded.release();
      }
    },
  };
}
