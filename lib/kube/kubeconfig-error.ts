/** A kubeconfig that can't be read, or has no such context. Wrong usage, not a broken suite. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
}
