import type { Nameserver } from './nameserver.ts';
import type { Range } from './range.ts';

/** One query to one server, and how long its answer is waited for. */
export interface Try {
  readonly server: Nameserver;
  readonly waitNs: Range;
  /** Whether the resolver hears of a closed port; then it goes on at once, or, if it shares its socket, at any moment. */
  readonly hearsRefusal: 'at-once' | 'while-waiting' | 'never';
}

/** All that a resolver does for one full name, and which name is next. */
export interface NamePlan {
  readonly fullName: string;
  readonly exists: boolean;
  readonly tries: readonly Try[];
  /** Index of the plan that follows when no try was answered; null: the lookup fails. */
  readonly afterSilence: number | null;
  /** Index of the plan that follows an NXDOMAIN; null: the lookup fails. */
  readonly afterMissing: number | null;
}
