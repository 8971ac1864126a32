#!/usr/bin/env node
import { exitCodes } from './exit-codes.ts';
import { Interrupts } from './interrupts.ts';

/** Exit code of Node.js where a top-level await never settles (process, "Exit codes"). */
const unsettled = 13;

// Before anything else is loaded, which takes a second and more on a slow machine: until then Ctrl-C would end this process by the signal itself.
const interrupts = new Interrupts({ exitCode: exitCodes.broken });
// Node.js would end with 1, which is a claim that is broken, or with 13 where the program waits for what never comes.
process.on('uncaughtException', breakOff);
process.on('exit', (code) => {
  if (code === unsettled) process.exitCode = exitCodes.broken;
});

try {
  const { runProgram } = await import('./program.ts');
  await runProgram(interrupts);
} catch (error) {
  breakOff(error);
}
await Promise.all([process.stdout, process.stderr].map(written));
// Not by coming to the end, where Node.js puts its signal handlers away first: Ctrl-C then would hide the exit code.
process.exit();

/** When all that was written to a pipe has gone into it, or nobody reads it any more. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}

function breakOff(error: unknown): void {
  const broke = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`nodelocal-drill: ${interrupts.what === null ? broke : `ABORTED by ${interrupts.what}`}\n`);
  process.exit(exitCodes.broken);
}
