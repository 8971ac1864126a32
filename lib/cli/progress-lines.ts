import { styleText } from 'node:util';
import type { Progress } from '../build/progress.ts';

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Without a terminal, how often something passing is written all the same: a CI log shows life, and stays readable. */
const plainIntervalMs = 20_000;

/** On a terminal, how often a line is written anew. */
const rewriteIntervalMs = 200;

const clearLine = '\r\u001b[K';

/**
 * Lines with the seconds since the start: `  12.3 s  components  building …`. On a terminal something passing is written in place; elsewhere
 * every 20 s.
 */
export function progressLines(out: Terminal = process.stderr, now: () => number = () => performance.now()): Progress {
  const begun = now();
  const terminal = out.isTTY === true;
  let passingShown = false;
  let lastMs = begun;
  return (step, detail, passing) => {
    const atMs = now();
    if (passing !== undefined && detail === '') {
      if (passingShown) out.write(clearLine);
      passingShown = false;
      return;
    }
    if (passing !== undefined && atMs - lastMs < (terminal ? rewriteIntervalMs : plainIntervalMs)) return;
    lastMs = atMs;
    const seconds = ((atMs - begun) / 1000).toFixed(1).padStart(6);
    const clear = passingShown ? clearLine : '';
    passingShown = terminal && passing !== undefined;
    const shown = passingShown ? detail.slice(0, Math.max(0, (out.columns || 80) - 23)) : detail;
    out.write(
      `${clear}${styleText('dim', `${seconds} s`)}  ${styleText('bold', step.padEnd(10))}  ${shown}${passingShown ? '' : '\n'}`,
    );
  };
}
