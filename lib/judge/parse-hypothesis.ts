import { z } from 'zod';
import { hypothesisSchema, type Hypothesis } from './hypothesis.ts';

/** The hypothesis of a journal, which keeps it as plain data. */
export function parseHypothesis(value: unknown): Hypothesis {
  const parsed = hypothesisSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`the journal holds no valid hypothesis: ${z.prettifyError(parsed.error)}`, { cause: parsed.error });
}
