import { join } from 'node:path';
import { execa } from 'execa';
import { buildComponents } from '../../lib/build/components.ts';
import { ensureDebianPackages } from '../../lib/build/debian-packages.ts';
import { buildKind } from '../../lib/build/kind-programs.ts';
import { projectRoot } from '../../lib/build/project-root.ts';
import { progressLines } from '../../lib/cli/progress-lines.ts';
import { cacheDir } from '../../lib/cluster/embedded/paths.ts';
import { findEngine } from '../../lib/cluster/kind/engine.ts';
import { makeNodeImageRoot } from '../../lib/cluster/kind/make-node-image.ts';
import { presentNodeImage } from '../../lib/cluster/kind/node-image.ts';
import { startContainerEngine } from '../support/container-engine.ts';
import type { Step } from './step.ts';

/**
 * Runs a step where a container engine answers that has a kind node image: the machine's own, or where there is none dockerd, started
 * for it with the project's own node image, and gone afterwards. `stepWithin` is given what comes before each command of the step.
 */
export function withContainerEngine(name: string, stepWithin: (within: readonly string[]) => Step): Step {
  return {
    name,
    run: async (interrupted) => {
      const signal = AbortSignal.timeout(20 * 60_000);
      const progress = progressLines();
      const present = await findEngine(undefined, signal);
      if (present !== null && (await presentNodeImage(present, undefined, signal)) !== null)
        return stepWithin([]).run(interrupted);
      progress(
        'engine',
        "neither Docker nor podman answers that has a kind node image: Debian's docker.io is installed if it is not there, and dockerd runs until this step ends, in namespaces of its own",
      );
      await ensureDebianPackages(['docker.io', 'jq'], signal, progress);
      const components = await buildComponents(cacheDir(), signal, progress);
      // Here, as from inside those namespaces nothing can be fetched.
      await buildKind({ cacheDir: cacheDir(), signal, progress });
      await makeNodeImageRoot({ signal, progress });
      await using engine = await startContainerEngine(join(components, 'coredns'), signal);
      const [program, ...args] = [...engine.within, process.execPath, 'lib/cli/main.ts', 'cluster', 'node-image'];
      await execa(program, args, {
        cwd: projectRoot,
        stdio: ['ignore', 'inherit', 'inherit'],
        cancelSignal: signal,
      });
      return await stepWithin(engine.within).run(interrupted);
    },
  };
}
