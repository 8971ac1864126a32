import { allowedNames, findAllowed, type AllowedContext } from '../config/allowed-context.ts';

/** Throws unless `context` is one that the configuration names as one that may be harmed. @returns the UID that its cluster must have */
export function requireAllowedContext(context: string, allowContexts: readonly AllowedContext[]): string | null {
  const found = findAllowed(context, allowContexts);
  if (found !== null) return found.uid;
  const names = allowedNames(allowContexts);
  const allowed = names.length === 0 ? 'none' : names.map((name) => `"${name}"`).join(', ');
  throw new Error(
    `kubeconfig context "${context}" may not be harmed: drill.config.ts allows ${allowed} (allowContexts). Nothing was sent to it.`,
  );
}
