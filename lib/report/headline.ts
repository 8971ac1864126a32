import type { Verdict } from '../judge/verdict.ts';
import type { AbortedDrill } from './aborted-drill.ts';

/** The sentence and the consequence that lead every report. An aborted drill has no result, so it says that instead. */
export function headline(
  verdict: Verdict,
  aborted: AbortedDrill | null,
): { readonly sentence: string; readonly consequence: string } {
  if (aborted === null) return leadWithFirst(verdict);
  return {
    sentence: `The drill stopped ${aborted.when}: ${aborted.why.replace(/[.\s]+$/, '')}.`,
    consequence: 'What was recorded until then is shown, and nothing of it is judged.',
  };
}

/** Of several sentences the first is the headline; the others explain it. */
function leadWithFirst({ sentence, consequence }: Verdict): ReturnType<typeof headline> {
  const [first = '', ...others] = sentence.split(/(?<=[.!?]) +(?=[A-Z])/);
  return { sentence: first, consequence: [...others, consequence].filter((text) => text !== '').join(' ') };
}
