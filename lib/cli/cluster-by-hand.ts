import type { Progress } from '../build/progress.ts';
import type { DrillConfig } from '../config/drill-config.ts';

export interface ByHand {
  readonly config: DrillConfig;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** One kind of the project's own clusters, as `nodelocal-drill cluster` handles it; what is returned is printed. */
export interface ClusterByHand {
  up(options: ByHand & { readonly wait: boolean }): Promise<string>;
  /** What one is told who leaves `up` at once. */
  leaving(config: DrillConfig): string;
  down(options: ByHand & { readonly wait: boolean }): Promise<string>;
  status(options: ByHand): Promise<string>;
  /** Gives every node an image from an archive. */
  load(archive: string, options: ByHand): Promise<string>;
  /** Of one component; without a name the names there are. */
  logs(component: string | undefined, options: ByHand): Promise<string | Buffer>;
}

/** Who has the lock, as others who wait for it are told. */
export function byHand(command: string) {
  return { runId: null, command: `nodelocal-drill cluster ${command}` };
}
