import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../build/project-root.ts';
import type { ClusterFacts, Head } from '../journal/entry.ts';
import { nowNs } from '../time/now-ns.ts';

export interface HeadOptions {
  readonly runId: string;
  readonly experiment: string;
  readonly title: string;
  readonly bootId: string;
  readonly cluster: ClusterFacts;
}

/** First line of a journal: what is recorded, where, and with which version of the suite. */
export async function headOfJournal({ cluster, ...options }: HeadOptions): Promise<Head> {
  const { version } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return {
    type: 'head',
    schema: 2,
    ...options,
    commandLine: commandLine(),
    commit: await commit(),
    suiteVersion: version,
    startedAtUtc: new Date().toISOString(),
    atNs: nowNs(),
    cpus: availableParallelism(),
    cluster,
  };
}

/** Tells one boot of one machine from another: clocks are only comparable within one. */
export async function readBootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

/** As a user types it; a worker process knows only its own, so whoever starts it may say. */
function commandLine(): string {
  return process.env['NODELOCAL_DRILL_COMMAND'] ?? 'npx playwright test';
}

async function commit(): Promise<string | null> {
  try {
    return (await promisify(execFile)('git', ['-C', projectRoot, 'rev-parse', 'HEAD'])).stdout.trim();
  } catch {
    return null;
  }
}
