import { readFileSync } from 'node:fs';
import { LookupLines } from './lookup-lines.ts';
import type { ProbeOptions } from './options.ts';
import { flushLines, printLine } from './print-line.ts';

/** What became of one lookup. `trouble` is the program's own shortage, which says nothing about the nameserver. */
export type LookupResult =
  | { readonly outcome: 'answered'; readonly answers: readonly string[] }
  | { readonly outcome: 'failed'; readonly error: string }
  | { readonly outcome: 'trouble'; readonly message: string };

interface Lookup {
  readonly seq: number;
  readonly dueNs: bigint;
  readonly startNs: bigint;
}

const nsPerMs = 1_000_000n;
const firstDueAfterNs = 100n * nsPerMs;

/** The longest answer list that keeps a line under 4,000 bytes. */
const mostAnswers = 80;

/** Starts a lookup whenever one is due, whatever became of the earlier ones, until SIGTERM or SIGINT; then drains. */
export function runProbe(
  resolver: { readonly name: string; readonly version: string },
  options: ProbeOptions,
  lookUp: () => Promise<LookupResult>,
): void {
  let intervalNs = BigInt(options.intervalMs) * nsPerMs;
  const firstDueNs = process.hrtime.bigint() + firstDueAfterNs;
  const inFlight = new Set<Lookup>();
  const lines = new LookupLines(options);
  let nextSeq = 0;
  let nextDueNs = firstDueNs;
  let started = !options.startBySignal;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;

  printLine({
    hello: {
      resolver: resolver.name,
      version: resolver.version,
      bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      firstDueNs,
      intervalNs,
      resolvConf: resolvConf(),
    },
  });
  flushLines();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGUSR2', startOrSlowDown);
  // A signal alone keeps no process alive.
  if (started) schedule();
  else timer = setInterval(() => undefined, 86_400_000);

  /** The first signal starts the schedule, if it waits for that; each other doubles the interval from the next lookup on. */
  function startOrSlowDown(): void {
    if (stopping) return;
    if (started) {
      intervalNs *= 2n;
      return;
    }
    started = true;
    clearInterval(timer);
    const pastNs = process.hrtime.bigint() - firstDueNs;
    if (pastNs > 0n) nextDueNs = firstDueNs + (pastNs / intervalNs + 1n) * intervalNs;
    schedule();
  }

  function schedule(): void {
    const waitNs = nextDueNs - process.hrtime.bigint();
    timer = setTimeout(startWhatIsDue, Math.max(0, Math.ceil(Number(waitNs) / 1e6)));
  }

  function startWhatIsDue(): void {
    while (process.hrtime.bigint() >= nextDueNs) {
      start(nextSeq, nextDueNs);
      nextSeq += 1;
      nextDueNs += intervalNs;
    }
    schedule();
  }

  function start(seq: number, dueNs: bigint): void {
    const startNs = process.hrtime.bigint();
    const lookup: Lookup = { seq, dueNs, startNs };
    if (inFlight.size >= options.maxInFlight) {
      printUnsent(lookup);
      return;
    }
    inFlight.add(lookup);
    lookUp().then(
      (result) => {
        finish(lookup, process.hrtime.bigint(), result);
      },
      (error: unknown) => {
        finish(lookup, process.hrtime.bigint(), { outcome: 'trouble', message: String(error) });
      },
    );
  }

  function finish(lookup: Lookup, endNs: bigint, result: LookupResult): void {
    if (!inFlight.delete(lookup)) return;
    if (result.outcome === 'trouble') {
      printLine({ trouble: result.message.slice(0, 1000) });
      flushLines();
      printUnsent(lookup);
    } else {
      const said = result.outcome === 'answered' ? result.answers.slice(0, mostAnswers) : result.error;
      lines.print({ ...lookup, endNs, outcome: result.outcome, result: said }, intervalNs);
    }
    if (stopping && inFlight.size === 0) end();
  }

  function stop(): void {
    if (stopping) return;
    stopping = true;
    clearTimeout(timer);
    if (inFlight.size === 0) end();
    else setTimeout(giveUp, options.drainMs);
  }

  function giveUp(): void {
    for (const lookup of inFlight)
      lines.print({ ...lookup, endNs: process.hrtime.bigint(), outcome: 'abandoned', result: null }, intervalNs);
    end();
  }

  function printUnsent({ seq, dueNs }: Lookup): void {
    const endNs = process.hrtime.bigint();
    lines.print({ seq, dueNs, startNs: dueNs, endNs, outcome: 'unsent', result: null }, intervalNs);
  }

  function end(): never {
    lines.flush();
    printLine({ end: { seq: nextSeq } });
    flushLines();
    process.exit(0);
  }
}

function resolvConf(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8').slice(0, 3500);
  } catch {
    return '';
  }
}
