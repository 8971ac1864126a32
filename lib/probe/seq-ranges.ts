/** `3, 7–12, 20` for sorted numbers; at most `most` pieces, so that a long list stays a sentence. */
export function seqRanges(numbers: readonly number[], most = 8): string {
  const ranges: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.to === number - 1) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  const shown = ranges.slice(0, most).map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`));
  return ranges.length > most ? `${shown.join(', ')} and ${ranges.length - most} more` : shown.join(', ');
}
