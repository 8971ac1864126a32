import { z } from 'zod';
import { lookupBatchSchema, observationSchema, type LookupBatch } from '../journal/entry.ts';
import { observationsOf } from '../journal/lookup-batch.ts';

const helloSchema = z.object({
  resolver: z.string(),
  version: z.string(),
  bootId: z.string(),
  firstDueNs: z.number(),
  intervalNs: z.number(),
  resolvConf: z.string(),
});

const lookupSchema = observationSchema.omit({ type: true, probe: true });
const batchSchema = lookupBatchSchema.omit({ type: true, probe: true });
const batchLineSchema = z.strictObject({ lookups: batchSchema });
const helloLineSchema = z.strictObject({ hello: helloSchema });
const endLineSchema = z.strictObject({ end: z.strictObject({ seq: z.number().int().nonnegative() }) });
const troubleLineSchema = z.strictObject({ trouble: z.string() });

export type ProbeHello = Readonly<z.infer<typeof helloSchema>>;

/** One line of a probe program (probes/PROTOCOL.md). */
export type ProbeLine =
  | { readonly kind: 'hello'; readonly hello: ProbeHello }
  | { readonly kind: 'lookup'; readonly lookup: Readonly<z.infer<typeof lookupSchema>> }
  | { readonly kind: 'lookups'; readonly batch: Omit<LookupBatch, 'type' | 'probe'>; readonly seqs: readonly number[] }
  /** `lines`: how many lookups were printed, numbered from 0. */
  | { readonly kind: 'end'; readonly lines: number }
  | { readonly kind: 'trouble'; readonly message: string }
  | { readonly kind: 'damaged'; readonly message: string };

/** Reads a line. One that is no line of the protocol is `damaged`, never an exception: the journal has to say so. */
export function parseProbeLine(text: string): ProbeLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return damaged(text, 'no JSON');
  }
  return readProbeLine(value);
}

/** The same for a line that is no text any more. */
export function readProbeLine(value: unknown): ProbeLine {
  // Nearly all lines are lookups, so they are tried first.
  if (typeof value === 'object' && value !== null && 'lookups' in value) return readBatch(value);
  if (typeof value === 'object' && value !== null && 'seq' in value) {
    const lookup = lookupSchema.safeParse(value);
    return lookup.success ? { kind: 'lookup', lookup: lookup.data } : damaged(value, z.prettifyError(lookup.error));
  }
  const hello = helloLineSchema.safeParse(value);
  if (hello.success) return { kind: 'hello', hello: hello.data.hello };
  const end = endLineSchema.safeParse(value);
  if (end.success) return { kind: 'end', lines: end.data.end.seq };
  const trouble = troubleLineSchema.safeParse(value);
  if (trouble.success) return { kind: 'trouble', message: trouble.data.trouble };
  return damaged(value, 'neither hello, lookup, end nor trouble');
}

function readBatch(value: unknown): ProbeLine {
  const line = batchLineSchema.safeParse(value);
  if (!line.success) return damaged(value, z.prettifyError(line.error));
  const { lookups } = line.data;
  try {
    const seqs = observationsOf({ type: 'lookups', probe: '', ...lookups }).map(({ seq }) => seq);
    return { kind: 'lookups', batch: lookups, seqs };
  } catch (error) {
    return damaged(value, error instanceof Error ? error.message : String(error));
  }
}

function damaged(line: unknown, why: string): ProbeLine {
  const text = typeof line === 'string' ? line : JSON.stringify(line);
  return { kind: 'damaged', message: `a line that is no line of the protocol (${why}): ${text.slice(0, 200)}` };
}
