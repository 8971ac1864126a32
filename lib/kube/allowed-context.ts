/** Throws unless `context` is one that the configuration names as one that may be harmed. */
export function requireAllowedContext(context: string, allowContexts: readonly string[]): void {
  if (allowContexts.includes(context)) return;
  const allowed = allowContexts.length === 0 ? 'none' : allowContexts.map((name) => `"${name}"`).join(', ');
  throw new Error(
    `kubeconfig context "${context}" may not be harmed: drill.config.ts allows ${allowed} (allowContexts). Nothing was sent to it.`,
  );
}
