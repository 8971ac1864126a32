import { z } from 'zod';

/**
 * A kubeconfig context whose DNS may be broken. With the UID of its cluster (of the namespace kube-system, which lives as long as the cluster
 * and is no other's), a context that has come to mean another cluster is refused.
 */
export const allowedContextSchema = z.union(
  [
    z.string(),
    z.strictObject({
      context: z.string(),
      uid: z.string().refine((text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text), {
        abort: true,
        error: 'must be the UID of the namespace kube-system, as in 3f6c0a52-…',
      }),
    }),
  ],
  { error: "must be the name of a context, or { context: '…', uid: '…' } with the UID of the namespace kube-system" },
);

export type AllowedContext = Readonly<z.infer<typeof allowedContextSchema>>;

/** The entry for this context; null when there is none. */
export function findAllowed(
  context: string,
  allowContexts: readonly AllowedContext[],
): { readonly uid: string | null } | null {
  const found = allowContexts.find((each) => nameOf(each) === context);
  if (found === undefined) return null;
  return { uid: typeof found === 'string' ? null : found.uid };
}

/** For an error: what is allowed. */
export function allowedNames(allowContexts: readonly AllowedContext[]): readonly string[] {
  return allowContexts.map(nameOf);
}

function nameOf(allowed: AllowedContext): string {
  return typeof allowed === 'string' ? allowed : allowed.context;
}
