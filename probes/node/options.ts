import { parseArgs } from 'node:util';

/** What every probe is told; see ../PROTOCOL.md. */
export interface ProbeOptions {
  readonly name: string;
  readonly intervalMs: number;
  readonly maxInFlight: number;
  readonly drainMs: number;
  /** How long a lookup that has ended may wait for others, to be printed with them. */
  readonly gatherMs: number;
  /** A line for each lookup; else one for many. */
  readonly single: boolean;
  /** The first lookup waits for SIGUSR2. */
  readonly startBySignal: boolean;
}

const usageExitCode = 64;

/** Reads the command line; says what is wrong with it and ends the process otherwise. */
export function parseOptions(): ProbeOptions {
  try {
    const { values } = parseArgs({
      options: {
        name: { type: 'string' },
        'interval-ms': { type: 'string', default: '50' },
        'max-in-flight': { type: 'string', default: '512' },
        'drain-ms': { type: 'string', default: '45000' },
        'gather-ms': { type: 'string', default: '1000' },
        lines: { type: 'string', default: 'batch' },
        start: { type: 'string', default: 'now' },
      },
    });
    if (values.name === undefined || values.name === '') throw new Error('--name is missing');
    return {
      name: values.name,
      intervalMs: wholeNumber('--interval-ms', values['interval-ms'], 10, 86_400_000),
      maxInFlight: wholeNumber('--max-in-flight', values['max-in-flight'], 1, 4096),
      drainMs: wholeNumber('--drain-ms', values['drain-ms'], 0, 86_400_000),
      gatherMs: wholeNumber('--gather-ms', values['gather-ms'], 1, 10_000),
      single: isSecond('--lines', values.lines, 'batch', 'single'),
      startBySignal: isSecond('--start', values.start, 'now', 'signal'),
    };
  } catch (error) {
    console.error(`probe: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(usageExitCode);
  }
}

function isSecond(flag: string, text: string, first: string, second: string): boolean {
  if (text === first || text === second) return text === second;
  throw new Error(`${flag} takes ${first} or ${second}, not '${text}'`);
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`${flag} takes a number from ${least} to ${most}, not '${text}'`);
}
