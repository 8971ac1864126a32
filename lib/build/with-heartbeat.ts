import type { Progress } from './progress.ts';

/** Often enough for a terminal's seconds to move; elsewhere what shows progress takes only some of them. */
const intervalMs = 1000;

/** Says `detail()` every second while the work goes on, so that something long and silent is seen to live; what passes is cleared away at the end. */
export async function withHeartbeat<T>(
  { progress, step, detail }: { readonly progress: Progress; readonly step: string; readonly detail: () => string },
  work: () => Promise<T>,
): Promise<T> {
  const beat = setInterval(() => {
    progress(step, detail(), 'passing');
  }, intervalMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    progress(step, '', 'passing');
  }
}
