/**
 * The flags of a Go program's command line (package flag): `-name value`, `-name=value`, one or two dashes. A flag that stands before
 * another flag, or last, is a boolean one that is set.
 */
export function parseGoFlags(words: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (const [index, word] of words.entries()) {
    const [, name, value] = /^--?([a-zA-Z][\w.-]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) continue;
    const next = words[index + 1];
    flags.set(name, value ?? (next === undefined || next.startsWith('-') ? 'true' : next));
  }
  return flags;
}

/** A boolean flag, which is false unless it is there. */
export function isSet(flags: ReadonlyMap<string, string>, name: string): boolean {
  return (flags.get(name) ?? 'false') !== 'false';
}
