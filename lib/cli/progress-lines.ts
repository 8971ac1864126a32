import { styleText } from 'node:util';
import type { Progress } from '../build/progress.ts';

/** Plain lines on stderr, each with the seconds since the start: `  12.3 s  components  building …`. */
export function progressLines(): Progress {
  const begun = performance.now();
  return (step, detail) => {
    const seconds = ((performance.now() - begun) / 1000).toFixed(1).padStart(6);
    process.stderr.write(`${styleText('dim', `${seconds} s`)}  ${styleText('bold', step.padEnd(10))}  ${detail}\n`);
  };
}
