import { join } from 'node:path';
import { cachedFolder } from './cached-folder.ts';
import { buildFlags, componentVersions, linkerFlags } from './components.ts';
import { contentKey } from './content-key.ts';
import { goBuild } from './go-build.ts';
import { goToolchain, type GoToolchain } from './go-toolchain.ts';
import type { Progress } from './progress.ts';
import { projectRoot } from './project-root.ts';

const source = join(projectRoot, 'kind');

interface ProgramSet {
  readonly says: string;
  readonly packages: readonly string[];
}

/** `kind/go.mod` pins them all; what needs a part builds that part alone. */
const sets = {
  kind: { says: 'building kind from its Go module: half a minute, once', packages: ['sigs.k8s.io/kind'] },
  node: {
    says: 'building kubeadm, kubectl and ctr for the node image: one to two minutes, once',
    packages: [
      'k8s.io/kubernetes/cmd/kubeadm',
      'k8s.io/kubernetes/cmd/kubectl',
      'github.com/containerd/containerd/v2/cmd/ctr',
    ],
  },
} as const satisfies Record<string, ProgramSet>;

export interface BuildKindPrograms {
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** The folder of the program `kind`, built if it is not in the cache. */
export async function buildKind(options: BuildKindPrograms): Promise<string> {
  return build(sets.kind, options);
}

/** The folder of `kubeadm`, `kubectl` and `ctr`, which a node image holds beside the embedded cluster's components. */
export async function buildNodePrograms(options: BuildKindPrograms): Promise<string> {
  return build(sets.node, options);
}

async function build(set: ProgramSet, { cacheDir, signal, progress }: BuildKindPrograms): Promise<string> {
  const go = await goToolchain({ cacheDir, signal, progress });
  return cachedFolder(await folderOf(set, cacheDir, go), {
    signal,
    progress,
    build: async (place) => {
      progress('kind', set.says);
      await goBuild({
        go,
        cwd: source,
        flags: buildFlags,
        linkerFlags: linkerFlags(await componentVersions()),
        packages: set.packages,
        cacheDir,
        place,
        signal,
        progress,
        step: 'kind',
      });
    },
  });
}

/** Where the programs are, once built. */
export async function kindProgramFolders(
  cacheDir: string,
  go: GoToolchain,
): Promise<readonly [kind: string, node: string]> {
  return Promise.all([folderOf(sets.kind, cacheDir, go), folderOf(sets.node, cacheDir, go)]);
}

async function folderOf(set: ProgramSet, cacheDir: string, go: GoToolchain): Promise<string> {
  const key = await contentKey(source, ['go.mod', 'go.sum'], [go.version, ...buildFlags, ...set.packages]);
  return join(cacheDir, 'kind', key);
}
