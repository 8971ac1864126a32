import { readMachineFacts } from './machine-facts.ts';
import { machineRefusal } from './machine-refusal.ts';
import { MachineRefused } from './machine-refused.ts';
import { tryKernel } from './try-kernel.ts';

/**
 * Refuses a machine on which the embedded cluster can't run, before anything is changed.
 * @throws MachineRefused with what is missing and what to do
 */
export async function refuseUnfitMachine(signal: AbortSignal): Promise<void> {
  const refusal = machineRefusal(await readMachineFacts()) ?? (await tryKernel(signal));
  if (refusal !== null) throw new MachineRefused(refusal);
}
