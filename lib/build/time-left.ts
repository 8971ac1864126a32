/**
 * How much longer work takes that is done to `fraction` after `elapsedS`, in words: `about 3 min left`. Empty while too little is known, below
 * a twentieth or 5 s.
 */
export function timeLeft(fraction: number, elapsedS: number): string {
  if (fraction < 0.05 || elapsedS < 5) return '';
  const seconds = (elapsedS * (1 - fraction)) / fraction;
  if (seconds < 5) return 'a few seconds left';
  if (seconds < 90) return `about ${Math.ceil(seconds / 10) * 10} s left`;
  return `about ${Math.round(seconds / 60)} min left`;
}
