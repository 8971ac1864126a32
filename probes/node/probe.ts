import { readFileSync } from 'node:fs';
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
  const intervalNs = BigInt(options.intervalMs) * nsPerMs;
  const firstDueNs = process.hrtime.bigint() + firstDueAfterNs;
  const inFlight = new Set<Lookup>();
  let nextSeq = 0;
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
  schedule();

  function dueNs(seq: number): bigint {
    return firstDueNs + BigInt(seq) * intervalNs;
  }

  function schedule(): void {
    const waitNs = dueNs(nextSeq) - process.hrtime.bigint();
    timer = setTimeout(startWhatIsDue, Math.max(0, Math.ceil(Number(waitNs) / 1e6)));
  }

  function startWhatIsDue(): void {
    while (process.hrtime.bigint() >= dueNs(nextSeq)) {
      start(nextSeq);
      nextSeq += 1;
    }
    schedule();
  }

  function start(seq: number): void {
    const startNs = process.hrtime.bigint();
    const lookup: Lookup = { seq, dueNs: dueNs(seq), startNs };
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
      printUnsent(lookup);
    } else {
      printLine({
        ...lookup,
        endNs,
        outcome: result.outcome,
        answers: result.outcome === 'answered' ? result.answers.slice(0, mostAnswers) : [],
        error: result.outcome === 'failed' ? result.error : null,
      });
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
    for (const lookup of inFlight) {
      printLine({ ...lookup, endNs: process.hrtime.bigint(), outcome: 'abandoned', answers: [], error: null });
    }
    end();
  }

  function end(): never {
    printLine({ end: { seq: nextSeq } });
    flushLines();
    process.exit(0);
  }
}

function printUnsent(lookup: Lookup): void {
  const { seq, dueNs } = lookup;
  const endNs = process.hrtime.bigint();
  printLine({ seq, dueNs, startNs: dueNs, endNs, outcome: 'unsent', answers: [], error: null });
}

function resolvConf(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8').slice(0, 3500);
  } catch {
    return '';
  }
}
