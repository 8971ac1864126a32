import { murders } from '../murder/murders.ts';
import type { Step } from './step.ts';

/** Some murders, with another seed each time; what it prints does them again. */
export function murderStep(name: string, count: number): Step {
  return {
    name,
    run: () =>
      murders({
        seed: Math.floor(Math.random() * 1e6),
        numbers: Array.from({ length: count }, (_, i) => i + 1),
        say: (line) => process.stdout.write(`${line}\n`),
      }),
  };
}
