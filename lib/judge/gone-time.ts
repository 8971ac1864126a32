import type { FaultVerdict } from './verdict.ts';

/**
 * For how long node-cache was gone by one fault at one site, in ns: from the end of its process until :53 was bound again, as
 * the node agent saw it (every 20 ms). Null when one of the two was not seen.
 */
export function goneTimeNs({ recovery }: Pick<FaultVerdict, 'recovery'>): number | null {
  const at = (name: string): number | null => recovery.find(({ step }) => step === name)?.atNs ?? null;
  const [goneNs, boundNs] = [at('process gone'), at(':53 bound')];
  return goneNs === null || boundNs === null ? null : boundNs - goneNs;
}
