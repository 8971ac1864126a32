import { buildComponents } from '../../lib/build/components.ts';
import { embeddedPackages, ensureDebianPackages, reportTestPackages } from '../../lib/build/debian-packages.ts';
import { buildProbePrograms } from '../../lib/build/probe-programs.ts';
import { progressLines } from '../../lib/cli/progress-lines.ts';
import { cacheDir } from '../../lib/cluster/embedded/paths.ts';
import { onePassed, type Step } from './step.ts';

/** Installs and builds what the other steps need, each thing said before it is done. A cold build takes most of half an hour's patience, once. */
export const setUpStep: Step = {
  name: 'set-up',
  run: async () => {
    const signal = AbortSignal.timeout(45 * 60_000);
    const progress = progressLines();
    await ensureDebianPackages([...embeddedPackages, ...reportTestPackages], signal, progress);
    await buildComponents(cacheDir(), signal, progress);
    await buildProbePrograms({ cacheDir: cacheDir(), signal, onProgress: progress });
    return onePassed;
  },
};
