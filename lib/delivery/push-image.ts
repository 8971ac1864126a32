import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { goTool } from '../build/go-tool.ts';
import type { Progress } from '../build/progress.ts';
import { runTool } from '../build/run-tool.ts';

export interface PushImage {
  /** An archive of OCI layout. */
  readonly archive: string;
  /** `registry.example/dns/nodelocal-drill-probe:1`. */
  readonly reference: string;
  /** For temporary files; the caller removes it. */
  readonly scratch: string;
  /** Plain HTTP, or a certificate that nobody vouches for. */
  readonly insecure: boolean;
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/**
 * Pushes an image with all its architectures, by crane: it knows `docker login`'s credentials and their helpers, tries again, and sends nothing
 * that the registry has.
 * @returns the reference by digest
 */
export async function pushImage(options: PushImage): Promise<string> {
  const { archive, reference, scratch, insecure, signal, progress } = options;
  const crane = await goTool('crane', options);
  const layout = join(scratch, 'layout');
  await mkdir(layout, { recursive: true });
  await runTool('tar', ['-xf', archive, '-C', layout], { signal });
  progress('images', `pushing ${reference}`);
  const flags = insecure ? ['--insecure'] : [];
  // The archive names one thing, an image or an index of several: crane pushes that under the reference.
  return (await runTool(crane, ['push', ...flags, layout, reference], { signal })).trim();
}
