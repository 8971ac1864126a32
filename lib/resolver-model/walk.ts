import type { ExpectedLookup } from './lookup-question.ts';
import type { NamePlan, Try } from './name-plan.ts';
import { splitByState } from './nameserver.ts';
import { add, exactly, hull, merge, type Range } from './range.ts';

/** How long a refusal takes to come back from the pod's own node, at most. */
const refusalNs: Range = { minNs: 0, maxNs: 2_000_000 };

/**
 * Follows a resolver that asks one server after the other. Where chance decides (jitter, whether a closed port refuses)
 * every way is followed, so that the result brackets whatever can happen.
 */
export function walk(plans: readonly NamePlan[], dueNs: number, refusals: 'possible' | 'never'): ExpectedLookup {
  const begins = plans.map((): Range[] => []);
  const answered: Range[] = [];
  const failed: Range[] = [];
  const trace: Step[] = [];
  const goOn = (index: number | null, ranges: readonly Range[]): void => {
    if (index === null) failed.push(...ranges);
    else begins[index]?.push(...ranges);
  };

  goOn(plans.length > 0 ? 0 : null, [exactly(dueNs)]);
  for (const [index, plan] of plans.entries()) {
    let waiting = merge(begins[index] ?? []);
    for (const attempt of plan.tries) {
      const came = ask(attempt, waiting, refusals);
      if (waiting.length > 0) trace.push({ attempt, waiting, answers: came.answered.length > 0, plan });
      if (plan.exists) answered.push(...came.answered);
      else goOn(plan.afterMissing, came.answered);
      waiting = merge(came.unanswered);
    }
    goOn(plan.afterSilence, waiting);
  }
  return {
    answered: since(dueNs, answered),
    failed: since(dueNs, failed),
    /** Made when it is read: a prediction over thousands of lookups shows the words of one. */
    get why() {
      return shorten(trace.map((step) => describe(step, dueNs)));
    },
  };
}

/** When a query that is sent at one of these moments is answered, or given up. */
function ask(
  { server, waitNs, hearsRefusal }: Try,
  moments: readonly Range[],
  refusals: 'possible' | 'never',
): { readonly answered: readonly Range[]; readonly unanswered: readonly Range[] } {
  const answered: Range[] = [];
  const unanswered: Range[] = [];
  for (const { range, state } of moments.flatMap((moment) => splitByState(server, moment))) {
    if (state === 'answering') {
      answered.push(add(range, server.rttNs));
      continue;
    }
    unanswered.push(add(range, waitNs));
    if (state === 'silent' || refusals === 'never' || hearsRefusal === 'never') continue;
    const heard = hearsRefusal === 'at-once' ? refusalNs : { minNs: 0, maxNs: waitNs.maxNs };
    unanswered.push(add(range, heard));
  }
  return { answered, unanswered };
}

function since(dueNs: number, moments: readonly Range[]): Range | null {
  const all = hull(moments);
  return all === null ? null : { minNs: all.minNs - dueNs, maxNs: all.maxNs - dueNs };
}

interface Step {
  readonly attempt: Try;
  readonly waiting: readonly Range[];
  readonly answers: boolean;
  readonly plan: NamePlan;
}

function describe({ attempt, waiting, answers, plan }: Step, dueNs: number): string {
  const latest = hull(waiting)?.maxNs ?? dueNs;
  const what = answers ? (plan.exists ? 'answers' : 'says NXDOMAIN') : 'no answer';
  return `${((latest - dueNs) / 1e9).toFixed(2)} s ${attempt.server.address}: ${what}`;
}

/** A long walk is told by its first and its last steps. */
function shorten(trace: readonly string[]): string {
  const shown = 6;
  if (trace.length <= shown) return trace.join('; ');
  return [...trace.slice(0, shown - 1), `… ${trace.length - shown} more …`, ...trace.slice(-1)].join('; ');
}
