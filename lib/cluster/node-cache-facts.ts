import { z } from 'zod';

/** Which program plays node-cache, as results name it. */
export const nodeCacheFactsSchema = z.strictObject({
  program: z.string(),
  version: z.string(),
  standIn: z.boolean(),
  linkMadeByInitContainer: z.boolean(),
});
export type NodeCacheFacts = z.infer<typeof nodeCacheFactsSchema>;
