import { join } from 'node:path';
import { goEnvironment, goToolchain } from '../../lib/build/go-toolchain.ts';
import { projectRoot } from '../../lib/build/project-root.ts';
import { progressLines } from '../../lib/cli/progress-lines.ts';
import { cacheDir } from '../../lib/cluster/embedded/paths.ts';
import { commandStep } from './command-step.ts';
import type { Step } from './step.ts';

/** `go test` in a module of the project, with the Go that builds it too, wherever that is. */
export function goTestStep(name: string, module: string, packages: readonly string[]): Step {
  return {
    name,
    run: async (interrupted) => {
      const signal = AbortSignal.timeout(10 * 60_000);
      const go = await goToolchain({ cacheDir: cacheDir(), signal, progress: progressLines() });
      return commandStep(name, go.path, ['test', ...packages], join(projectRoot, module), goEnvironment).run(
        interrupted,
      );
    },
  };
}
