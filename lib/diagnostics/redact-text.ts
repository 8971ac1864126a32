/** Stands where a secret stood. */
export const redacted = 'REDACTED';

/** Words in a name that say that its value is nobody's business. */
const secretWords =
  'pass(?:word|wd|phrase)?|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|client[-_.]?key(?:[-_.]data)?|credential|authorization|cookie|session[-_.]?id|connection[-_.]?string|dsn|jwt|pwd';

/** … but the name of a secret, and where it lies, is what a reader needs: `secretName`, `tokenPath`, `--token-file`. */
const secretName = new RegExp(`(?:${secretWords})s?(?:[-_.]?(?:data|value|hash|base64))?$`, 'i');

/** Whether the value under this name has to go. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/**
 * What looks like a secret in free text, such as a log: whatever is called one, and what is known by its form. Both sides are asked,
 * because neither is enough: a token without a name has its form, a password has only its name.
 */
export function redactText(text: string): string {
  return byForm.reduce((result, { form, instead }) => result.replace(form, instead), text).replace(named, keepName);
}

const byForm: readonly { readonly form: RegExp; readonly instead: string }[] = [
  {
    form: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
    instead: redacted,
  },
  // The beginning may have been cut off with the lines before it.
  { form: /^(?:(?!-----BEGIN)[\s\S])*?-----END [A-Z0-9 ]*PRIVATE KEY-----/, instead: redacted },
  { form: /\b(bearer|basic|negotiate|digest)(\s+)["']?[A-Za-z0-9+/=._~-]{6,}/gi, instead: `$1$2${redacted}` },
  // JSON Web Tokens, service accounts' among them: base64 of `{"`.
  { form: /\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}/g, instead: redacted },
  { form: /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:"']*:[^\s/@"']+@/gi, instead: `$1${redacted}@` },
  { form: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, instead: redacted },
  {
    form: /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abposr]-|sk-|npm_|dop_v1_|hvs\.)[A-Za-z0-9_-]{16,}/g,
    instead: redacted,
  },
  // A bootstrap token of kubeadm.
  { form: /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, instead: redacted },
];

/** `name=value`, `name: value`, `"name":"value"`, `--name value`; a value in quotes ends with them, another at a blank, comma or bracket. */
const named = new RegExp(
  `((?:--?)?[A-Za-z0-9_.-]*(?:${secretWords})s?(?:[-_.]?(?:data|value|hash|base64))?)(\\\\?["']?\\s*[=:]\\s*|\\s+(?=[^\\s=:-]))(\\\\?"(?:[^"\\\\]|\\\\[^"])*\\\\?"|'[^']*'|[^\\s,;&"'}\\])]+)`,
  'gi',
);

/** After a mere blank it is a value only behind a flag: `--token abc`, but not "secret of the service". */
function keepName(whole: string, name: string, between: string, value: string): string {
  const isFlag = name.startsWith('-');
  if (!/[=:]/.test(between) && !isFlag) return whole;
  return value === redacted ? whole : `${name}${between}${redacted}`;
}
