import { ContextRefused } from '../cluster/context-refused.ts';
import { ConfigError } from '../config/config-error.ts';
import { JournalError } from '../journal/journal-error.ts';
import { InUse } from '../kube/in-use.ts';
import { KubeconfigError } from '../kube/kubeconfig-error.ts';
import { UsageError } from './usage-error.ts';

/** Errors that the user can mend by giving something else: exit code 64, one sentence, nothing was touched. */
const wrongUsage = [UsageError, ConfigError, JournalError, ContextRefused, KubeconfigError, InUse] as const;

export function isWrongUsage(error: unknown): error is Error {
  return wrongUsage.some((kind) => error instanceof kind);
}
