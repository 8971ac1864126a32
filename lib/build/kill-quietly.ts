/** SIGKILL to a process or, with a negative number, to a process group; to one that has ended by itself, nothing. */
export function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
