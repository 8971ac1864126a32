/** Run as a process: says `ready`, and what interrupts it, on stderr; ends by itself a while after the first, unless it leaves at the second. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Interrupts } from '../../lib/cli/interrupts.ts';

const undoMs = Number(process.argv[2]);
const interrupts = new Interrupts({ exitCode: 3, onFirst: (what) => process.stderr.write(`first ${what}\n`) });
interrupts.holding = { onFirst: 'undoing', onLeaving: 'left at once', aftermath: () => Promise.resolve([]) };
process.stderr.write('ready\n');
while (!interrupts.signal.aborted) {
  process.stdout.write('working\n');
  await sleep(20);
}
await sleep(undoMs);
process.stderr.write('undone\n');
process.exit();
