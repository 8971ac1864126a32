/** A run's name and folder: the UTC time of its start, to the second, such as 20261124-031200. */
export function newRunId(now: Date = new Date()): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
