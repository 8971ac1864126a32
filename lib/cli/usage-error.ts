/** What the user asked for can't be done as asked: exit code 64, one sentence, no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
