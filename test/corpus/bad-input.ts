/** Something that a user gets wrong, and what must be said about it. */
export interface BadInput {
  /** Unique; it names the input's folder too. */
  readonly name: string;
  /** Arguments of `nodelocal-drill`, or with `playwright` those of `npx playwright`. */
  readonly args: (folder: string) => readonly string[];
  readonly playwright?: boolean;
  /** What stands after `export default` in the configuration. */
  readonly config?: (folder: string) => unknown;
  /** A whole configuration file instead. */
  readonly configText?: string;
  /** Puts files into the input's folder. */
  readonly prepare?: (folder: string) => Promise<void>;
  readonly env?: (folder: string) => Readonly<Record<string, string>>;
  /** 64 (wrong usage) unless told; `npx playwright test` gives 1 for whatever is no pass. */
  readonly exit?: number;
  /** Parts of the sentence: the value that is wrong, and the way out. */
  readonly says: readonly string[];
}
