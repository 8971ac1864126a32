import type { Journal } from '../../journal/journal.ts';
import type { Hypothesis } from '../hypothesis.ts';
import type { MustFeelVerdict } from '../judge-must-feel.ts';
import type { ProbeRecord } from '../probe-record.ts';
import type { ClaimVerdict, Prediction, Provenance } from '../verdict.ts';

/** What checks look at: the journal, and what was made of it so far. */
export interface CheckInput {
  readonly journal: Journal;
  readonly hypothesis: Hypothesis;
  readonly records: readonly ProbeRecord[];
  readonly claims: readonly ClaimVerdict[];
  readonly mustFeel: readonly MustFeelVerdict[];
  readonly answeredBy: ReadonlyMap<string, readonly Provenance[] | null>;
  readonly predicted: ReadonlyMap<string, Prediction | null>;
}
