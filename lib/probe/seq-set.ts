/** Numbers from 0 that were seen: nearly in order, so that only the few ahead of a gap need memory of their own. */
export class SeqSet {
  /** All below were seen. */
  #complete = 0;
  readonly #ahead = new Set<number>();

  /** False when the number was there already. */
  add(seq: number): boolean {
    if (seq < this.#complete || this.#ahead.has(seq)) return false;
    this.#ahead.add(seq);
    while (this.#ahead.delete(this.#complete)) this.#complete += 1;
    return true;
  }

  get size(): number {
    return this.#complete + this.#ahead.size;
  }

  /** Those below `end` that were not seen, in order. */
  missingBelow(end: number): readonly number[] {
    const missing: number[] = [];
    for (let seq = this.#complete; seq < end; seq++) if (!this.#ahead.has(seq)) missing.push(seq);
    return missing;
  }
}
