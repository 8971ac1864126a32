import type { Observation } from './entry.ts';
import type { LookupTable } from './lookup-table.ts';

/** Lookups by probe. They are kept as tables; the objects of a probe are made when somebody asks for that probe, and then stay. */
export class RecordedLookups implements ReadonlyMap<string, readonly Observation[]> {
  readonly tables: ReadonlyMap<string, LookupTable>;
  readonly #made = new Map<string, readonly Observation[]>();

  constructor(tables: ReadonlyMap<string, LookupTable>) {
    this.tables = tables;
  }

  get size(): number {
    return this.tables.size;
  }

  has(probe: string): boolean {
    return this.tables.has(probe);
  }

  get(probe: string): readonly Observation[] | undefined {
    const made = this.#made.get(probe) ?? this.tables.get(probe)?.observations();
    if (made !== undefined) this.#made.set(probe, made);
    return made;
  }

  keys(): MapIterator<string> {
    return this.tables.keys();
  }

  *values(): MapIterator<readonly Observation[]> {
    for (const probe of this.keys()) yield this.get(probe) ?? [];
  }

  *entries(): MapIterator<[string, readonly Observation[]]> {
    for (const probe of this.keys()) yield [probe, this.get(probe) ?? []];
  }

  [Symbol.iterator](): MapIterator<[string, readonly Observation[]]> {
    return this.entries();
  }

  forEach(
    callback: (
      lookups: readonly Observation[],
      probe: string,
      map: ReadonlyMap<string, readonly Observation[]>,
    ) => void,
  ): void {
    for (const [probe, lookups] of this) callback(lookups, probe, this);
  }
}
