/** A kubeconfig context that the configuration does not allow to be harmed. Wrong usage, not a broken suite. */
export class ContextRefused extends Error {
  override readonly name = 'ContextRefused';
}
