import { stripVTControlCharacters } from 'node:util';
import { ExecaError } from 'execa';

/** How much of what a failed command said last is shown. */
const lastLines = 3;
const lineLength = 300;

/** An error in few words. A command that failed says how, and what it said last: its whole output may be thousands of lines. */
export function briefly(error: unknown): string {
  if (!(error instanceof ExecaError)) return error instanceof Error ? error.message : String(error);
  const { command, exitCode, signal, timedOut, shortMessage } = error;
  const how =
    exitCode !== undefined
      ? `exit code ${exitCode}`
      : timedOut
        ? 'it took too long'
        : signal !== undefined
          ? signal
          : shortMessage.replace(`: ${error.escapedCommand}`, '');
  const said = tail(error.stderr) ?? tail(error.stdout);
  return `\`${cut(command)}\` failed (${how})${said === null ? '' : `: ${said}`}`;
}

function tail(output: unknown): string | null {
  if (typeof output !== 'string') return null;
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.length === 0 ? null : lines.slice(-lastLines).map(cut).join(' / ');
}

function cut(line: string): string {
  return line.length <= lineLength ? line : `${line.slice(0, lineLength - 1)}…`;
}
