import { join } from 'node:path';
import { cachedFolder } from './cached-folder.ts';
import { contentKey } from './content-key.ts';
import { goBuild } from './go-build.ts';
import { goToolchain } from './go-toolchain.ts';
import type { Progress } from './progress.ts';
import { projectRoot } from './project-root.ts';

/** Programs of others, pinned by tools/go.mod and checked by its go.sum. */
const tools = {
  /** Pushes images, and serves a registry for tests (github.com/google/go-containerregistry). */
  crane: 'github.com/google/go-containerregistry/cmd/crane',
  /** Checks workflows of GitHub Actions (github.com/rhysd/actionlint). */
  actionlint: 'github.com/rhysd/actionlint/cmd/actionlint',
} as const;

export type GoTool = keyof typeof tools;

/** The path of a tool, built at its first use: half a minute. */
export async function goTool(
  name: GoTool,
  {
    cacheDir,
    signal,
    progress,
  }: { readonly cacheDir: string; readonly signal: AbortSignal; readonly progress: Progress },
): Promise<string> {
  const cwd = join(projectRoot, 'tools');
  const folder = await cachedFolder(await goToolFolder(name, cacheDir), {
    signal,
    progress,
    build: async (place) => {
      const go = await goToolchain({ cacheDir, signal, progress });
      const flags = ['-trimpath', '-buildvcs=false', '-mod=readonly'];
      await goBuild({
        go,
        cwd,
        flags,
        linkerFlags: '-s -w',
        packages: [tools[name]],
        cacheDir,
        place,
        signal,
        progress,
        step: name,
      });
    },
  });
  return join(folder, name);
}

/** Where a tool is, once built. */
export async function goToolFolder(name: GoTool, cacheDir: string): Promise<string> {
  return join(cacheDir, 'tools', await contentKey(join(projectRoot, 'tools'), ['go.mod', 'go.sum'], [name]));
}

export const goTools = Object.keys(tools) as readonly GoTool[];
