import type { z } from 'zod';
import type { DeepReadonly } from '../journal/deep-readonly.ts';
import type {
  checkSchema,
  claimVerdictSchema,
  faultImpactSchema,
  faultVerdictSchema,
  latencySummarySchema,
  outageSchema,
  predictionSchema,
  probeVerdictSchema,
  provenanceSchema,
  recoveryStepSchema,
  resultSchema,
  thresholdVerdictSchema,
  verdictSchema,
} from './verdict-schema.ts';

/** Worst first wins: fail, then inconclusive, then pass. */
export type Result = z.infer<typeof resultSchema>;
/** One outage of one probe by one fault, at one deadline, between two bounds; all in ns. */
export type Outage = DeepReadonly<z.infer<typeof outageSchema>>;
export type LatencySummary = DeepReadonly<z.infer<typeof latencySummarySchema>>;
/** What one probe felt of one fault. Fault 0 stands for a journal without any: the whole watch from the baseline on. */
export type FaultImpact = DeepReadonly<z.infer<typeof faultImpactSchema>>;
/** One cell of the matrix: one probe. */
export type ProbeVerdict = DeepReadonly<z.infer<typeof probeVerdictSchema>>;
export type Prediction = DeepReadonly<z.infer<typeof predictionSchema>>;
export type Provenance = DeepReadonly<z.infer<typeof provenanceSchema>>;
export type ThresholdVerdict = DeepReadonly<z.infer<typeof thresholdVerdictSchema>>;
export type ClaimVerdict = DeepReadonly<z.infer<typeof claimVerdictSchema>>;
/** One assumption that must hold before a claim counts (rule 8), or a rule that is not measured here. */
export type Check = DeepReadonly<z.infer<typeof checkSchema>>;
/** One step of a recovery, in ns since the injection. */
export type RecoveryStep = DeepReadonly<z.infer<typeof recoveryStepSchema>>;
export type FaultVerdict = DeepReadonly<z.infer<typeof faultVerdictSchema>>;
/** Everything that the reports need, and what `verdict.json` holds. Pure function of a journal and a hypothesis. */
export type Verdict = DeepReadonly<z.infer<typeof verdictSchema>>;
