import type { Fault, FaultTarget } from '../fault/fault.ts';
import type { UndoStack } from '../fault/undo-stack.ts';
import type { FaultMark, PhaseMark } from '../journal/entry.ts';
import { nowNs } from '../time/now-ns.ts';
import { sleep } from '../time/sleep.ts';
import type { Step } from './steps.ts';

export interface RunStepsOptions {
  readonly steps: readonly Step[];
  readonly target: FaultTarget;
  readonly undo: UndoStack;
  readonly signal: AbortSignal;
}

/** Carries out the plan, one step after the other, with a mark in the journal for each phase. */
export async function runSteps({ steps, target, undo, signal }: RunStepsOptions): Promise<void> {
  const mark = (phase: PhaseMark['phase'], fault: number | null) => {
    target.append({ type: 'phase', atNs: nowNs(), phase, fault });
  };
  let fault = 0;
  let confirming: Promise<void> = Promise.resolve();
  for (const step of steps) {
    switch (step.kind) {
      case 'baseline':
        mark('baseline', null);
        await sleep(step.forNs, signal);
        break;
      case 'inject': {
        await confirming;
        fault += 1;
        registerRevert(step.fault, fault, target, undo);
        mark('fault', fault);
        const injection = await step.fault.inject(target, fault, signal);
        confirming = injection.confirm(signal);
        confirming.catch(() => undefined);
        break;
      }
      case 'recovery':
        mark('recovery', fault);
        await Promise.all([sleep(step.forNs, signal), confirming]);
        break;
      case 'recovery-until-back':
        mark('recovery', fault);
        await confirming;
        await sleep(step.thenNs, signal);
        break;
    }
  }
  await confirming;
}

function registerRevert(fault: Fault, number: number, target: FaultTarget, undo: UndoStack): void {
  const what = `putting node-cache back after ${fault.kind} ${number}`;
  const say = (event: FaultMark['event'], detail: string) => {
    for (const { name, node } of target.sites)
      target.append({
        type: 'fault',
        fault: number,
        kind: fault.kind,
        site: name,
        node,
        event,
        atNs: nowNs(),
        detail,
        evidence: {},
      });
  };
  undo.register(what, async (signal) => {
    try {
      await fault.revert(target, signal);
      say('reverted', 'node-cache runs in a new pod, without back-off');
    } catch (error) {
      say('revert-failed', error instanceof Error ? error.message : String(error));
      throw error;
    }
  });
}
