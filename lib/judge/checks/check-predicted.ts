import { formatPart } from '../format.ts';
import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';

/** What each lookup should give was computed from resolv.conf alone; a deviation is a finding, not a missed assumption. */
export function checkPredicted({ predicted }: CheckInput): Check {
  const predictions = [...predicted.values()].filter((prediction) => prediction !== null);
  const agreeing = predictions.filter(({ agrees }) => agrees);
  return {
    name: 'said beforehand',
    bound: 'each probe’s worst lookup predicted by the model',
    found: predictions.length === 0 ? 'no prediction' : `${formatPart(agreeing.length, predictions.length)} agree`,
    result: predictions.length === 0 ? 'not-measured' : 'ok',
    advice: '',
  };
}
