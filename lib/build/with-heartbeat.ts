/** Often enough for a terminal's seconds to move; elsewhere what shows progress takes only some of them. */
const intervalMs = 1000;

/** Calls `say` every second while the work goes on, so that something long and silent is seen to live. */
export async function withHeartbeat<T>(say: () => void, work: () => Promise<T>): Promise<T> {
  const beat = setInterval(say, intervalMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
