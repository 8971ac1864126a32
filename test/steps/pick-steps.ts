import type { Step } from './step.ts';

export interface PickedSteps {
  readonly picked: readonly Step[];
  /** Names of the others. */
  readonly leftOut: readonly string[];
}

/** The steps whose names have one of these words in them, in their own order; no word: all. @throws where a word picks none */
export function pickSteps(steps: readonly Step[], only: readonly string[]): PickedSteps {
  const isIn = (word: string, { name }: Step) => name.toLowerCase().includes(word.toLowerCase());
  const none = only.find((word) => !steps.some((step) => isIn(word, step)));
  if (none !== undefined)
    throw new RangeError(
      `--only ${none}: there is no such step; there are ${steps.map(({ name }) => name).join(', ')}`,
    );
  const isPicked = (step: Step) => only.length === 0 || only.some((word) => isIn(word, step));
  return {
    picked: steps.filter(isPicked),
    leftOut: steps.filter((step) => !isPicked(step)).map(({ name }) => name),
  };
}
