import { z } from 'zod';

const lineSchema = z.union([
  z.strictObject({ hello: z.strictObject({ resolvConf: z.string() }) }),
  z.strictObject({
    round: z.strictObject({
      server: z.string(),
      round: z.number().int(),
      answers: z.array(z.string()),
      again: z.array(z.string()),
      againAfterMs: z.number(),
    }),
  }),
  z.strictObject({
    counters: z.strictObject({
      server: z.string(),
      round: z.number().int(),
      of: z.string(),
      error: z.string().nullable(),
      moved: z.array(z.tuple([z.string(), z.number(), z.number()])),
    }),
  }),
  z.strictObject({ end: z.strictObject({}) }),
]);

/** What one program counted in one round. */
export interface CounterMoves {
  /** As the pod was told it: `node-cache=http://172.30.0.2:9253/metrics`. */
  readonly of: string;
  /** Why it could not be read; null: it was. */
  readonly error: string | null;
  /** Series that moved, by how much at the first asking, and at the second. */
  readonly moved: readonly (readonly [series: string, first: number, second: number])[];
}

/** Fresh names, asked for at one server and then once more. */
export interface AskedRound {
  readonly server: string;
  /** One for each name: an rcode, or what came instead (`timeout`, `ECONNREFUSED`). */
  readonly answers: readonly string[];
  readonly again: readonly string[];
  /** From the first asking's begin to the second's. */
  readonly againAfterMs: number;
  readonly counters: readonly CounterMoves[];
}

/** What one pod saw (probes/node/ask-twice.ts). */
export interface AskedTwice {
  readonly resolvConf: string;
  readonly rounds: readonly AskedRound[];
}

/** Reads the log of such a pod. @throws Error when it is not whole */
export function parseAskedTwice(log: readonly string[]): AskedTwice {
  let resolvConf: string | null = null;
  let whole = false;
  const rounds = new Map<string, AskedRound>();
  for (const text of log) {
    const line = lineSchema.safeParse(jsonOf(text));
    if (!line.success) throw new Error(`its pod printed ${text.slice(0, 300)}`);
    const said = line.data;
    if ('hello' in said) ({ resolvConf } = said.hello);
    else if ('end' in said) whole = true;
    else if ('round' in said) {
      const { server, round, answers, again, againAfterMs } = said.round;
      rounds.set(`${server} ${round}`, { server, answers, again, againAfterMs, counters: [] });
    } else addCounters(rounds, said.counters);
  }
  if (resolvConf === null || !whole) throw new Error('its pod ended before it had said all');
  return { resolvConf, rounds: [...rounds.values()] };
}

/** Many series come in several lines. */
function addCounters(
  rounds: Map<string, AskedRound>,
  {
    server,
    round,
    of,
    error,
    moved,
  }: { readonly server: string; readonly round: number; readonly of: string } & CounterMoves,
): void {
  const key = `${server} ${round}`;
  const found = rounds.get(key);
  if (found === undefined) throw new Error(`its pod counted for a round that it did not ask: ${key}`);
  const earlier = found.counters.find((each) => each.of === of);
  const others = found.counters.filter((each) => each !== earlier);
  const all = { of, error, moved: [...(earlier?.moved ?? []), ...moved] };
  rounds.set(key, { ...found, counters: [...others, all] });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
