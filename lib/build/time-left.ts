/** How far back the speed is taken from: a cold build begins with many small packages, and ends with few large ones. */
const windowS = 60;

/** Before this nothing is said. */
const silentS = 20;

/**
 * Tells how much longer work takes, from the speed of its last minute, in words: `about 3 min left`. Empty while too little is known. Each call
 * gives the fraction that is done and the seconds since the beginning.
 */
export function timeLeftEstimator(): (fraction: number, elapsedS: number) => string {
  const samples: { readonly fraction: number; readonly elapsedS: number }[] = [{ fraction: 0, elapsedS: 0 }];
  return (fraction, elapsedS) => {
    samples.push({ fraction, elapsedS });
    while (elapsedS - (samples[1]?.elapsedS ?? elapsedS) >= windowS) samples.shift();
    const since = samples[0] ?? { fraction: 0, elapsedS: 0 };
    const speed = (fraction - since.fraction) / (elapsedS - since.elapsedS);
    return elapsedS < silentS || !(speed > 0) ? '' : inWords((1 - fraction) / speed);
  };
}

function inWords(seconds: number): string {
  if (seconds < 5) return 'a few seconds left';
  if (seconds < 90) return `about ${Math.ceil(seconds / 10) * 10} s left`;
  return `about ${Math.round(seconds / 60)} min left`;
}
