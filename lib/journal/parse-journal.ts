import { z } from 'zod';
import { collectJournal } from './collect-journal.ts';
import { entrySchema, headSchema, type Entry, type LookupBatch, type Observation, type Seal } from './entry.ts';
import type { Journal } from './journal.ts';
import { JournalError } from './journal-error.ts';
import { observationsOf } from './lookup-batch.ts';

/**
 * A journal from its lines (without line ends), each checked against the schema of its type. `hold` is asked to check a seal, which can
 * only be the last line.
 */
export function parseJournal(lines: Iterable<string>, hold: (seal: Seal) => void = () => undefined): Journal {
  return collectJournal(parseLines(lines, hold));
}

function* parseLines(lines: Iterable<string>, hold: (seal: Seal) => void): Generator<Entry> {
  let line = 0;
  let sealed = false;
  for (const text of lines) {
    line += 1;
    if (sealed) throw new JournalError(`line ${line} of the journal stands after its seal`, line);
    if (line > 1 && text.trim() === '') continue;
    const entry = line === 1 ? parseHead(text) : parseEntry(text, line);
    if (entry.type === 'seal') {
      hold(entry);
      sealed = true;
    }
    if (entry.type === 'lookups') yield* lookupsOf(entry, line);
    else yield entry;
  }
}

function parseHead(text: string): Entry {
  const json = tryJson(text);
  if (!json.ok || !isObject(json.value) || json.value['type'] !== 'head')
    throw new JournalError('this is no journal: line 1 is not a head', 1);
  const version = json.value['schema'];
  if (version !== 1 && version !== 2)
    throw new JournalError(
      `line 1 of the journal has schema ${JSON.stringify(version)}, and this version reads schema 1 and 2: use the version that wrote it${typeof json.value['suiteVersion'] === 'string' ? ` (${json.value['suiteVersion']})` : ''}`,
      1,
    );
  return check(headSchema, json.value, 1, 'head');
}

function parseEntry(text: string, line: number): Entry {
  const json = tryJson(text);
  if (!json.ok) throw new JournalError(`line ${line} of the journal is damaged: ${json.reason}`, line);
  const type = isObject(json.value) ? json.value['type'] : undefined;
  if (typeof type !== 'string') throw new JournalError(`line ${line} of the journal says no type`, line);
  if (!knownTypes.has(type)) throw new JournalError(`line ${line} of the journal has the unknown type "${type}"`, line);
  if (type === 'head') throw new JournalError(`line ${line} of the journal is a second head`, line);
  const entry = check(entrySchema, json.value, line, type);
  if (entry.type === 'observation' && entry.endNs < entry.startNs)
    throw new JournalError(
      `line ${line} of the journal runs backwards: lookup ${entry.seq} ends before it starts`,
      line,
    );
  return entry;
}

function lookupsOf(batch: LookupBatch, line: number): readonly Observation[] {
  try {
    return observationsOf(batch);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new JournalError(`line ${line} of the journal is no valid lookups at "rows": ${error.message}`, line, error);
  }
}

const knownTypes = new Set(entrySchema.options.map((option) => option.shape.type.value as string));

function check(schema: z.ZodType<Entry>, value: unknown, line: number, type: string): Entry {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at "${issue.path.join('.')}"`;
  const reason = `line ${line} of the journal is no valid ${type}${where}: ${issue?.message ?? 'unknown reason'}`;
  throw new JournalError(reason, line, parsed.error);
}

function tryJson(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
