import { JournalError } from '../journal/journal-error.ts';
import { hypothesisSchema, type Hypothesis } from './hypothesis.ts';

/**
 * The hypothesis of a journal, which keeps it as plain data.
 * @throws JournalError when it holds none, or none of this version's
 */
export function parseHypothesis(value: unknown): Hypothesis {
  if (value === null)
    throw new JournalError('the journal holds no hypothesis: its recorder ended before it could write one');
  const parsed = hypothesisSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new JournalError(
    `the journal holds no valid hypothesis: ${issue?.message ?? ''} at "${issue?.path.join('.') ?? ''}"`,
    null,
    parsed.error,
  );
}
