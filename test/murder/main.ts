/**
 * `npm run murder -- [N] [--seed S] [--only K]`: N times something of the suite is killed with SIGKILL at a random moment, and must leave nothing
 * behind that `cluster down` does not put away. Prints what died and when; the exit code is 0 only when every murder was clean. `--only K` does the
 * K-th of a seed again.
 */
import { parseArgs } from 'node:util';
import { murders } from './murders.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, only: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
const count = Number(positionals[0] ?? 20);
const numbers = values.only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(values.only)];
if (![seed, ...numbers].every(Number.isInteger) || numbers.length === 0) {
  process.stderr.write('usage: npm run murder -- [N] [--seed S] [--only K], all of them whole numbers\n');
  process.exit(64);
}
const { passed, failed } = await murders({ seed, numbers, say: (line) => process.stdout.write(`${line}\n`) });
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
