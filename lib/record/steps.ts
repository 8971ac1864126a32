import type { Fault } from '../fault/fault.ts';

/** One part of a drill's plan; all times are in ns. */
export type Step =
  | { readonly kind: 'baseline'; readonly forNs: number }
  | { readonly kind: 'inject'; readonly fault: Fault }
  /** `forNs` from now, and until the fault is confirmed. */
  | { readonly kind: 'recovery'; readonly forNs: number }
  /** Until node-cache is back on every site (or its deadline has passed), and then `thenNs` more. */
  | { readonly kind: 'recovery-until-back'; readonly thenNs: number };

export function baseline(forNs: number): Step {
  return { kind: 'baseline', forNs };
}

/** Injects the fault on all sites under test at once. */
export function inject(fault: Fault): Step {
  return { kind: 'inject', fault };
}

export function recovery(forNs: number): Step {
  return { kind: 'recovery', forNs };
}

export function recoveryUntilBack({ thenNs }: { readonly thenNs: number }): Step {
  return { kind: 'recovery-until-back', thenNs };
}
