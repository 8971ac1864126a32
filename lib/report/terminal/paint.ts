import { styleText } from 'node:util';

export type Tone = 'good' | 'slow' | 'bad' | 'unknown' | 'strong' | 'faint' | 'plain';

/** Colours for a terminal, or none; words and marks say the same without. */
export function painter(colour: boolean): (tone: Tone, text: string) => string {
  if (!colour) return (_tone, text) => text;
  // The caller knows where the text goes, so the process' own streams are not asked.
  return (tone, text) => (tone === 'plain' ? text : styleText(styles[tone], text, { validateStream: false }));
}

const styles = {
  good: 'cyan',
  slow: 'yellow',
  bad: 'red',
  unknown: 'magenta',
  strong: 'bold',
  faint: 'dim',
} as const;
