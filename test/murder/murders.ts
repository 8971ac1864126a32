import { markdownTable } from 'markdown-table';
import type { StepResult } from '../steps/step.ts';
import { murder, type Murder } from './murder.ts';

export interface Murders {
  readonly seed: number;
  /** Which murders of the seed. */
  readonly numbers: readonly number[];
  readonly say: (line: string) => void;
}

/** Commits murders one after the other, until Ctrl-C, and prints a table of them. One that found nobody to kill shows nothing, and counts as skipped. */
export async function murders({ seed, numbers, say }: Murders): Promise<StepResult> {
  say(`seed ${seed}`);
  const all: Murder[] = [];
  const enough = new AbortController();
  const stop = () => {
    enough.abort();
  };
  process.on('SIGINT', stop);
  for (const number of numbers) {
    if (enough.signal.aborted) break;
    const one = await murder(seed, number, say);
    for (const line of one.wrong) say(`  ${line}`);
    all.push(one);
  }
  process.off('SIGINT', stop);
  const failed = all.filter(({ wrong }) => wrong.length > 0).length;
  const skips = all
    .filter(({ wrong, victim }) => wrong.length === 0 && victim === null)
    .map((each) => `murder ${each.seed}/${each.number}: ${nobody}`);
  const skipped = skips.length;
  say(`\n${table(all)}\n\n${all.length} murders, ${all.length - failed - skipped} clean`);
  return { passed: all.length - failed - skipped, failed, skipped, skips };
}

const nobody = 'nobody: it was over';

function table(all: readonly Murder[]): string {
  return markdownTable([
    ['murder', 'victim', 'moment', 'while', 'outcome', 'took'],
    ...all.map(({ seed, number, victim, atMs, scene, wrong, tookMs }) => [
      `${seed}/${number}`,
      victim?.kind ?? nobody,
      `${(atMs / 1000).toFixed(2)} s`,
      scene,
      wrong.length === 0 ? (victim === null ? 'nothing shown' : 'clean') : `${wrong.length} wrong: ${wrong[0] ?? ''}`,
      `${(tookMs / 1000).toFixed(0)} s`,
    ]),
  ]);
}
