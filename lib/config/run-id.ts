/** A run's name and folder: the UTC time of its start, to the second, such as 20261124-031200. */
export function newRunId(now: Date = new Date()): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}

/** The start of a run by its name, which may go on after a dash as in 20261124-031200-kind; null where the name is none of {@link newRunId}. */
export function startOfRun(name: string): Date | null {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)(?:-[\w-]+)?$/.exec(name) ?? [];
  if (year === undefined) return null;
  const start = new Date(`${year}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`);
  return Number.isNaN(start.getTime()) ? null : start;
}
