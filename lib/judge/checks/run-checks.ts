import type { Check } from '../verdict.ts';
import type { CheckInput } from './check-input.ts';
import { checkApart } from './check-apart.ts';
import { checkBaseline } from './check-baseline.ts';
import { checkComplete } from './check-complete.ts';
import { checkControl } from './check-control.ts';
import { checkEnded } from './check-ended.ts';
import { checkEnoughLookups } from './check-enough-lookups.ts';
import { checkFresh } from './check-fresh.ts';
import { checkInForce } from './check-in-force.ts';
import { checkLateness } from './check-lateness.ts';
import { checkOwnLateness } from './check-own-lateness.ts';
import { checkPredicted } from './check-predicted.ts';
import { checkSent } from './check-sent.ts';
import { checkTroubles } from './check-troubles.ts';
import { checkUnsafeFelt } from './check-unsafe-felt.ts';
import { checkWhoAnswered } from './check-who-answered.ts';

/** In the order in which a reader would doubt: the run itself, what it began from, the fault, the measuring. */
const checks: Readonly<Record<string, (input: CheckInput) => Check>> = {
  'run complete': checkComplete,
  'no trouble': checkTroubles,
  'fresh node-cache': checkFresh,
  'clean baseline': checkBaseline,
  'calm control': checkControl,
  'fault in force': checkInForce,
  'unsafe set-ups felt it': checkUnsafeFelt,
  'faults apart': checkApart,
  'enough lookups': checkEnoughLookups,
  'lookups on time': checkLateness,
  'slow by itself': checkOwnLateness,
  'lookups sent': checkSent,
  'lookups ended': checkEnded,
  'who answered': checkWhoAnswered,
  'said beforehand': checkPredicted,
};

/** Every assumption that a pass stands on. A check that breaks is a missed one: what could not be checked is not known. */
export function runChecks(input: CheckInput): readonly Check[] {
  return Object.entries(checks).map(([name, check]) => {
    try {
      return check(input);
    } catch (error) {
      return crashed(name, error);
    }
  });
}

/** The check that stands for a part of the judge that broke. */
export function crashed(name: string, error: unknown): Check {
  const reason = error instanceof Error ? error.message : String(error);
  const advice = 'This is an error of the suite; report it with the journal.';
  return { name, bound: 'can be judged', found: `the judge broke: ${reason}`, result: 'missed', advice };
}
