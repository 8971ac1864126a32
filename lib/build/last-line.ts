/** The last line that a program said, without the line feeds after it; empty when it said nothing. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
