import { isSecretName, redacted, redactText } from './redact-text.ts';

/**
 * An object of the API without what must not leave the cluster: the data of Secrets, values whose name says that they are secret
 * (environment variables, flags, keys), whatever looks like a secret in any text, and the copies that kubectl keeps in annotations.
 */
export function redactObject(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return redactList(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !dropped.has(key));
  const isSecret = 'kind' in value && value.kind === 'Secret';
  const named = 'name' in value && typeof value.name === 'string' && isSecretName(value.name);
  return Object.fromEntries(
    entries.map(([key, each]) => {
      if (isSecret && (key === 'data' || key === 'stringData')) return [key, hideValues(each)];
      const hides = typeof each === 'string' && (isSecretName(key) || (named && key === 'value'));
      return [redactText(key), hides ? redacted : redactObject(each)];
    }),
  );
}

/** Nobody reads them, and the second has every environment variable once more. */
const dropped: ReadonlySet<string> = new Set([
  'managedFields',
  'kubectl.kubernetes.io/last-applied-configuration',
  'openshift.io/token-secret.value',
]);

/** `["--token", "abc"]`: the flag names the element after it. */
function redactList(list: readonly unknown[]): readonly unknown[] {
  return list.map((each, index) => {
    const before: unknown = list[index - 1];
    const isValue = typeof before === 'string' && /^--?[^=\s]+$/.test(before) && isSecretName(before);
    return isValue && typeof each === 'string' && !each.startsWith('-') ? redacted : redactObject(each);
  });
}

function hideValues(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return redacted;
  return Object.fromEntries(Object.keys(value).map((key) => [key, redacted]));
}
