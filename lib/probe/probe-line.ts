import { z } from 'zod';
import { observationSchema } from '../journal/entry.ts';

const helloSchema = z.object({
  resolver: z.string(),
  version: z.string(),
  bootId: z.string(),
  firstDueNs: z.number(),
  intervalNs: z.number(),
  resolvConf: z.string(),
});

const lookupSchema = observationSchema.omit({ type: true, probe: true });
const helloLineSchema = z.strictObject({ hello: helloSchema });
const endLineSchema = z.strictObject({ end: z.strictObject({ seq: z.number().int().nonnegative() }) });
const troubleLineSchema = z.strictObject({ trouble: z.string() });

export type ProbeHello = Readonly<z.infer<typeof helloSchema>>;

/** One line of a probe program (probes/PROTOCOL.md). */
export type ProbeLine =
  | { readonly kind: 'hello'; readonly hello: ProbeHello }
  | { readonly kind: 'lookup'; readonly lookup: Readonly<z.infer<typeof lookupSchema>> }
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
  // Nearly all lines are lookups, so they are tried first.
  if (typeof value === 'object' && value !== null && 'seq' in value) {
    const lookup = lookupSchema.safeParse(value);
    return lookup.success ? { kind: 'lookup', lookup: lookup.data } : damaged(text, z.prettifyError(lookup.error));
  }
  const hello = helloLineSchema.safeParse(value);
  if (hello.success) return { kind: 'hello', hello: hello.data.hello };
  const end = endLineSchema.safeParse(value);
  if (end.success) return { kind: 'end', lines: end.data.end.seq };
  const trouble = troubleLineSchema.safeParse(value);
  if (trouble.success) return { kind: 'trouble', message: trouble.data.trouble };
  return damaged(text, 'neither hello, lookup, end nor trouble');
}

function damaged(text: string, why: string): ProbeLine {
  return { kind: 'damaged', message: `a line that is no line of the protocol (${why}): ${text.slice(0, 200)}` };
}
