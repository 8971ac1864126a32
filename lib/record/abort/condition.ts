/** Something that must stay good while a drill runs. */
export interface Condition {
  /** For the reason of an abort: what is watched. */
  readonly name: string;
  readonly everyNs: number;
  /** Why it is bad; null when it is good. Throws when it can't be known. */
  ask(signal: AbortSignal): Promise<string | null>;
}
