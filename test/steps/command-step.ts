import { execa } from 'execa';
import { projectRoot } from '../../lib/build/project-root.ts';
import { lastLines, oneFailed, onePassed, type Step } from './step.ts';

/** A check that is one command: it passes when the command exits 0. */
export function commandStep(
  name: string,
  command: string,
  args: readonly string[],
  cwd: string = projectRoot,
  env: Readonly<Record<string, string>> = {},
): Step {
  return {
    name,
    run: async () => {
      const ended = await execa(command, args, {
        cwd,
        env,
        stdin: 'ignore',
        stdout: ['pipe', 'inherit'],
        stderr: ['pipe', 'inherit'],
        all: true,
        preferLocal: true,
        localDir: projectRoot,
        reject: false,
      });
      if (ended.exitCode === 0) return onePassed;
      if (ended.exitCode === undefined) process.stdout.write(`${ended.message ?? 'not started'}\n`);
      return { ...oneFailed, failures: lastLines(ended.all === '' ? (ended.message ?? '') : ended.all, 20) };
    },
  };
}
