/** CLOCK_MONOTONIC of this machine in nanoseconds: the clock of every time in a journal. */
export function nowNs(): number {
  return Number(process.hrtime.bigint());
}
