import type { z } from 'zod';
import { JournalPile } from './collect-journal.ts';
import { isCommonEntry } from './common-entry.ts';
import { entrySchema, headSchema, type Entry, type Seal } from './entry.ts';
import type { Journal } from './journal.ts';
import { JournalError } from './journal-error.ts';

/** A journal from its lines (without line ends), each checked against the schema of its type. */
export function parseJournal(lines: Iterable<string>): Journal {
  const parser = new JournalParser();
  for (const line of lines) parser.add(line);
  return parser.journal();
}

/** `parseJournal` for whoever has the lines one by one. `hold` is asked to check a seal, which can only be the last line. */
export class JournalParser {
  readonly #pile = new JournalPile();
  readonly #hold: (seal: Seal) => void;
  #line = 0;
  #sealed = false;

  constructor(hold: (seal: Seal) => void = () => undefined) {
    this.#hold = hold;
  }

  add(text: string): void {
    this.#line += 1;
    const line = this.#line;
    if (this.#sealed) throw new JournalError(`line ${line} of the journal stands after its seal`, line);
    const entry = line === 1 ? parseHead(text) : parseEntry(text, line);
    if (entry === null) return;
    if (entry.type === 'seal') {
      this.#hold(entry);
      this.#sealed = true;
    }
    this.#keep(entry, line);
  }

  journal(): Journal {
    return this.#pile.journal();
  }

  #keep(entry: Entry, line: number): void {
    try {
      this.#pile.add(entry);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const reason = `line ${line} of the journal is no valid ${entry.type} at "rows": ${error.message}`;
      throw new JournalError(reason, line, error);
    }
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

/** Null for a line that is blank. */
function parseEntry(text: string, line: number): Entry | null {
  const json = tryJson(text);
  if (!json.ok && text.trim() === '') return null;
  if (!json.ok) throw new JournalError(`line ${line} of the journal is damaged: ${json.reason}`, line);
  const entry = isObject(json.value) && isCommonEntry(json.value) ? json.value : checkEntry(json.value, line);
  if (entry.type === 'observation' && entry.endNs < entry.startNs)
    throw new JournalError(
      `line ${line} of the journal runs backwards: lookup ${entry.seq} ends before it starts`,
      line,
    );
  return entry;
}

function checkEntry(value: unknown, line: number): Entry {
  const type = isObject(value) ? value['type'] : undefined;
  if (typeof type !== 'string') throw new JournalError(`line ${line} of the journal says no type`, line);
  if (!knownTypes.has(type)) throw new JournalError(`line ${line} of the journal has the unknown type "${type}"`, line);
  if (type === 'head') throw new JournalError(`line ${line} of the journal is a second head`, line);
  return check(entrySchema, value, line, type);
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
