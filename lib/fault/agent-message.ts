import { z } from 'zod';
import type { NodeEvent } from '../journal/entry.ts';

/** Its number, from 1 without a hole; lines without one are of the session alone. */
const numberedSchema = z.looseObject({ n: z.number().int().positive() });

const replySchema = z.looseObject({
  id: z.number().int(),
  ok: z.boolean(),
  atNs: z.number(),
  error: z.string().optional(),
});
const eventSchema = z.looseObject({ event: z.string(), atNs: z.number() });
const capturedLineSchema = z.tuple([
  z.number(),
  z.string(),
  z.enum(['own-node', 'elsewhere']),
  z.number().nullable(),
  z.string(),
  z.string(),
  z.string(),
  z.union([z.literal(0), z.literal(1)]),
]);
const captureSchema = z.strictObject({
  capture: z.strictObject({ probe: z.string(), lines: z.array(capturedLineSchema) }),
});
const lostSchema = z.strictObject({ lost: z.strictObject({ events: z.number().int() }) });
const attachedSchema = z.strictObject({ attached: z.looseObject({}) });
const refusedSchema = z.strictObject({ refused: z.string() });
const ackedSchema = z.strictObject({ acked: z.number().int() });
const endSchema = z.strictObject({ end: z.string() });

export type AgentReply = Readonly<z.infer<typeof replySchema>>;
export type AgentEvent = Readonly<z.infer<typeof eventSchema>>;
export type AgentCapture = Readonly<z.infer<typeof captureSchema>['capture']>;

/** What the agent says; each such line has a number, and comes once. */
export type AgentMessage =
  | { readonly kind: 'reply'; readonly reply: AgentReply }
  | { readonly kind: 'event'; readonly event: AgentEvent }
  | { readonly kind: 'capture'; readonly capture: AgentCapture }
  /** So many events found no room while nobody read them. */
  | { readonly kind: 'lost'; readonly events: number }
  /** A line of a shape that is not known here. */
  | { readonly kind: 'unknown'; readonly text: string };

/** One line of the node agent (probes/PROTOCOL.md). */
export type AgentLine =
  | { readonly kind: 'numbered'; readonly n: number; readonly message: AgentMessage }
  | { readonly kind: 'attached' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** An answer to an acknowledgement: a sign of life. */
  | { readonly kind: 'acked' }
  | { readonly kind: 'end'; readonly reason: string }
  | { readonly kind: 'damaged'; readonly text: string };

export function parseAgentLine(text: string): AgentLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'damaged', text };
  }
  return numberedLine(value, text) ?? sessionLine(value) ?? { kind: 'damaged', text };
}

function numberedLine(value: unknown, text: string): AgentLine | null {
  const line = numberedSchema.safeParse(value);
  if (!line.success) return null;
  const { n, ...said } = line.data;
  return { kind: 'numbered', n, message: messageOf(said) ?? { kind: 'unknown', text } };
}

function messageOf(said: unknown): AgentMessage | null {
  const reply = replySchema.safeParse(said);
  if (reply.success) return { kind: 'reply', reply: reply.data };
  const event = eventSchema.safeParse(said);
  if (event.success) return { kind: 'event', event: event.data };
  const capture = captureSchema.safeParse(said);
  if (capture.success) return { kind: 'capture', capture: capture.data.capture };
  const lost = lostSchema.safeParse(said);
  return lost.success ? { kind: 'lost', events: lost.data.lost.events } : null;
}

function sessionLine(value: unknown): AgentLine | null {
  if (attachedSchema.safeParse(value).success) return { kind: 'attached' };
  if (ackedSchema.safeParse(value).success) return { kind: 'acked' };
  const refused = refusedSchema.safeParse(value);
  if (refused.success) return { kind: 'refused', reason: refused.data.refused };
  const end = endSchema.safeParse(value);
  return end.success ? { kind: 'end', reason: end.data.end } : null;
}

/** What an event or a reply says, flat: lists become words, nested numbers `group.name`, as a journal's details are. */
export function flatDetail(said: Readonly<Record<string, unknown>>): NodeEvent['detail'] {
  const detail: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(said)) {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      detail[name] = value;
    else if (Array.isArray(value)) detail[name] = value.map(String).join(' ');
    else if (typeof value === 'object')
      for (const [inner, each] of Object.entries(flatDetail(value as Record<string, unknown>)))
        detail[`${name}.${inner}`] = each;
  }
  return detail;
}
