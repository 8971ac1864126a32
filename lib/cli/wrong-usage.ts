import { ClusterRefused } from '../cluster/cluster-refused.ts';
import { ContextRefused } from '../cluster/context-refused.ts';
import { DrainRefused } from '../cluster/drain-nodes.ts';
import { MachineRefused } from '../cluster/embedded/machine-refused.ts';
import { ConfigError } from '../config/config-error.ts';
import { JournalError } from '../journal/journal-error.ts';
import { InUse } from '../kube/in-use.ts';
import { KubeconfigError } from '../kube/kubeconfig-error.ts';
import { UsageError } from './usage-error.ts';

/** Errors that the user can mend by giving something else: exit code 64, one sentence, nothing was touched. */
const wrongUsage = [
  UsageError,
  ConfigError,
  JournalError,
  ContextRefused,
  DrainRefused,
  KubeconfigError,
  InUse,
] as const;

export function isWrongUsage(error: unknown): error is Error {
  return wrongUsage.some((kind) => error instanceof kind);
}

/** True for errors that came before anything was begun: wrong usage, or a machine or a cluster that can't do it. */
export function isRefusal(error: unknown): error is Error {
  return isWrongUsage(error) || error instanceof MachineRefused || error instanceof ClusterRefused;
}
