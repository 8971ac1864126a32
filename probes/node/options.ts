import { parseArgs } from 'node:util';

/** What every probe is told; see ../PROTOCOL.md. */
export interface ProbeOptions {
  readonly name: string;
  readonly intervalMs: number;
  readonly maxInFlight: number;
  readonly drainMs: number;
  /** Wire only: the one nameserver that is asked. */
  readonly server: string | undefined;
  /** Wire only: how long one query waits for its response. */
  readonly timeoutMs: number;
  readonly type: 'A' | 'AAAA';
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
        server: { type: 'string' },
        'timeout-ms': { type: 'string', default: '2000' },
        type: { type: 'string', default: 'A' },
      },
    });
    if (values.name === undefined || values.name === '') throw new Error('--name is missing');
    if (values.type !== 'A' && values.type !== 'AAAA') throw new Error(`--type is A or AAAA, not ${values.type}`);
    return {
      name: values.name,
      intervalMs: wholeNumber('--interval-ms', values['interval-ms'], 10, 86_400_000),
      maxInFlight: wholeNumber('--max-in-flight', values['max-in-flight'], 1, 4096),
      drainMs: wholeNumber('--drain-ms', values['drain-ms'], 0, 86_400_000),
      server: values.server,
      timeoutMs: wholeNumber('--timeout-ms', values['timeout-ms'], 1, 86_400_000),
      type: values.type,
    };
  } catch (error) {
    console.error(`probe: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(usageExitCode);
  }
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`${flag} takes a number from ${least} to ${most}, not '${text}'`);
}
