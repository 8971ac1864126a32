import type { Journal } from '../journal/journal.ts';
import type { ProbeRecord } from './probe-record.ts';
import type { Prediction } from './verdict.ts';

export function predictWorst(_journal: Journal, _record: ProbeRecord): Prediction | null {
  return null;
}
