import type { OwnerCount } from './census.ts';
import { objectText, type ObjectName } from './object-name.ts';

/**
 * - `problem`: broken now, or breaks at the next restart of node-cache
 * - `risk`: pods lose DNS when node-cache dies or is updated, or it dies more easily than it must
 * - `note`: worth knowing
 */
export type Severity = 'problem' | 'risk' | 'note';

/** How it is known: read in the program's source, measured by this project, told in an issue or document, or concluded from those. */
export type Evidence = 'source' | 'measured' | 'reported' | 'concluded';

export interface Reference {
  readonly text: string;
  readonly evidence: Evidence;
}

export interface Finding {
  /** The rule's name, such as `fallback-same-process`. */
  readonly rule: string;
  readonly severity: Severity;
  /** What was found, in one sentence with the objects' names. */
  readonly what: string;
  readonly objects: readonly ObjectName[];
  /** How many pods it concerns; null: it is not about pods. */
  readonly pods: number | null;
  readonly why: string;
  readonly change: string;
  readonly sources: readonly Reference[];
}

/** An issue or pull request, as `dns#438` is in the project's notes. */
export function issue(repository: string, number: number, evidence: Evidence = 'reported'): Reference {
  return { text: `https://github.com/${repository}/issues/${number}`, evidence };
}

/** A place in a program's source. */
export function source(text: string): Reference {
  return { text, evidence: 'source' };
}

/** What this project measured, with the document that has the figures. */
export function measured(text: string): Reference {
  return { text, evidence: 'measured' };
}

/** `Deployment shop/web (120 pods), Deployment shop/api (3) and 12 more`. */
export function ownersText(owners: readonly OwnerCount[]): string {
  const shown = owners
    .slice(0, mostShown)
    .map(({ owner, pods }) => `${objectText(owner)}${owner.kind === 'Pod' ? '' : ` (${pods})`}`);
  const more = owners.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more owners` : ''}`;
}

const mostShown = 4;

/** Order of findings. */
export function worstFirst(a: Finding, b: Finding): number {
  return rank[a.severity] - rank[b.severity];
}

const rank: Readonly<Record<Severity, number>> = { problem: 0, risk: 1, note: 2 };
