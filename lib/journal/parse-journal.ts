import { z } from 'zod';
import { collectJournal } from './collect-journal.ts';
import { entrySchema, headSchema, type Entry } from './entry.ts';
import type { Journal } from './journal.ts';
import { JournalError } from './journal-error.ts';

/** A journal from its lines (without line ends), each checked against the schema of its type. */
export function parseJournal(lines: Iterable<string>): Journal {
  return collectJournal(parseLines(lines));
}

function* parseLines(lines: Iterable<string>): Generator<Entry> {
  let line = 0;
  for (const text of lines) {
    line += 1;
    if (line === 1) yield parseHead(text);
    else if (text.trim() !== '') yield parseEntry(text, line);
  }
}

function parseHead(text: string): Entry {
  const value = tryJson(text);
  if (value.ok && isObject(value.value) && value.value['type'] === 'head') {
    return check(headSchema, value.value, 1, 'head');
  }
  throw new JournalError('this is no journal: line 1 is not a head', 1);
}

function parseEntry(text: string, line: number): Entry {
  const json = tryJson(text);
  if (!json.ok) throw new JournalError(`line ${line} of the journal is damaged: ${json.reason}`, line);
  const type = isObject(json.value) ? json.value['type'] : undefined;
  if (typeof type !== 'string') throw new JournalError(`line ${line} of the journal says no type`, line);
  if (!knownTypes.has(type)) throw new JournalError(`line ${line} of the journal has the unknown type "${type}"`, line);
  if (type === 'head') throw new JournalError(`line ${line} of the journal is a second head`, line);
  return check(entrySchema, json.value, line, type);
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
