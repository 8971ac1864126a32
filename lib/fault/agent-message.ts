import { z } from 'zod';
import type { NodeEvent } from '../journal/entry.ts';

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

export type AgentReply = Readonly<z.infer<typeof replySchema>>;
export type AgentEvent = Readonly<z.infer<typeof eventSchema>>;
export type AgentCapture = Readonly<z.infer<typeof captureSchema>['capture']>;

/** One line of the node agent (probes/PROTOCOL.md). */
export type AgentMessage =
  | { readonly kind: 'reply'; readonly reply: AgentReply }
  | { readonly kind: 'event'; readonly event: AgentEvent }
  | { readonly kind: 'capture'; readonly capture: AgentCapture }
  | { readonly kind: 'damaged'; readonly text: string };

export function parseAgentMessage(text: string): AgentMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'damaged', text };
  }
  const reply = replySchema.safeParse(value);
  if (reply.success) return { kind: 'reply', reply: reply.data };
  const event = eventSchema.safeParse(value);
  if (event.success) return { kind: 'event', event: event.data };
  const capture = captureSchema.safeParse(value);
  if (capture.success) return { kind: 'capture', capture: capture.data.capture };
  return { kind: 'damaged', text };
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
