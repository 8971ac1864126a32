import { askEngine, EngineFailed, type Engine } from './engine.ts';

/** What kind v0.33.0 itself proposes (pkg/apis/config/defaults/image.go), so that it is the one with which this kind was tested. */
export const proposedImage =
  'kindest/node:v1.37.0@sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5';

/** The repository of the images that the project makes (make-node-image.ts). */
export const ownRepository = 'localhost/nodelocal-drill-kind-node';

/**
 * CoreDNS in those images is the embedded cluster's, whatever version kubeadm would ask for: it has a name of its own, so that no result names a
 * version that did not run. `kubeadm` puts `/coredns:` between repository and tag (cmd/kubeadm/app/images).
 */
export const ownCoreDns = {
  imageRepository: 'localhost/nodelocal-drill',
  imageTag: '1',
  reference: 'localhost/nodelocal-drill/coredns:1',
} as const;

/** True for an image that the project made: it has no CNI daemon. */
export function isOwnImage(reference: string): boolean {
  return reference.startsWith(`${ownRepository}:`);
}

/** The node image that the engine has: what the settings name, else the newest of the project's own, else what kind proposes; null where it has none of them. */
export async function presentNodeImage(
  engine: Pick<Engine, 'name'>,
  configured: string | undefined,
  signal: AbortSignal,
): Promise<string | null> {
  if (configured !== undefined) return (await isThere(engine, configured, signal)) ? configured : null;
  const own = await askEngine(engine, ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', ownRepository], {
    signal,
  });
  const [newest] = own.split('\n').filter((line) => isOwnImage(line));
  if (newest !== undefined) return newest;
  return (await isThere(engine, proposedImage, signal)) ? proposedImage : null;
}

async function isThere(engine: Pick<Engine, 'name'>, reference: string, signal: AbortSignal): Promise<boolean> {
  try {
    await askEngine(engine, ['image', 'inspect', '--format', '{{.Id}}', reference], { signal });
    return true;
  } catch (error) {
    if (error instanceof EngineFailed) return false;
    throw error;
  }
}
