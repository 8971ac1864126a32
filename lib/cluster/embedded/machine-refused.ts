/** A machine that the embedded cluster can't run on: one sentence, and nothing was changed. Not wrong usage: the same command works elsewhere. */
export class MachineRefused extends Error {
  override readonly name = 'MachineRefused';
}
