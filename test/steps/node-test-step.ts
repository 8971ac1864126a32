import { execa } from 'execa';
import { projectRoot } from '../../lib/build/project-root.ts';
import { firstLines, lastLines, oneFailed, type Counts, type Step } from './step.ts';

/** A run of node:test, counted from the runner's own totals. */
export function nodeTestStep(name: string, args: readonly string[]): Step {
  return {
    name,
    run: async () => {
      const ended = await execa(process.execPath, ['--test', '--test-reporter=spec', ...args], {
        cwd: projectRoot,
        stdin: 'ignore',
        stdout: ['pipe', 'inherit'],
        stderr: 'inherit',
        env: { NODE_TEST_CONTEXT: undefined },
        reject: false,
      });
      const counts = totals(ended.stdout);
      if (counts === null || (ended.exitCode !== 0 && counts.failed === 0))
        return { ...oneFailed, failures: lastLines(ended.stdout, failureLines) };
      const result = { ...counts, skips: skippedIn(ended.stdout) };
      return counts.failed === 0 ? result : { ...result, failures: failuresOf(ended.stdout) };
    },
  };
}

const failureLines = 40;

/** The spec reporter tells of each failure once more after its totals. */
function failuresOf(output: string): string {
  return firstLines(output.slice(output.lastIndexOf('✖ failing tests:')), failureLines);
}

/** The spec reporter gives a reason to what is skipped or to do, and to nothing else: `﹣ name (0.2ms) # needs root`. */
function skippedIn(output: string): readonly string[] {
  return [...output.matchAll(/^\s*[^\s\w] (.+) \([\d.]+ms\) # (.+)$/gm)].map(
    ([, test = '', reason = '']) => `${test}: ${reason === 'SKIP' ? 'no reason is given' : reason}`,
  );
}

/** The spec reporter's last lines: `ℹ tests 12`, `ℹ pass 11`, `ℹ fail 1`, `ℹ cancelled 0`, `ℹ skipped 0`, `ℹ todo 0`. */
function totals(output: string): Counts | null {
  const total = (what: string) =>
    Number([...output.matchAll(new RegExp(`^ℹ ${what} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? Number.NaN);
  const passed = total('pass');
  const failed = total('fail') + total('cancelled');
  const skipped = total('skipped') + total('todo');
  return Number.isNaN(passed + failed + skipped) || passed + failed === 0 ? null : { passed, failed, skipped };
}
