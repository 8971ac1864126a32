import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../build/project-root.ts';
import { chooseProvider } from '../cluster/choose-provider.ts';
import { embeddedStatus } from '../cluster/embedded/status.ts';
import { kindDir } from '../cluster/kind/paths.ts';
import type { DrillConfig } from '../config/drill-config.ts';
import { deadlineSignal } from '../time/deadline-signal.ts';

/** After an abort: what is there of the cluster and of the run, looked at and not assumed; one line each. `runId` is null where there is no run. */
export async function whatIsLeft({ cluster }: DrillConfig, runId: string | null): Promise<readonly string[]> {
  const lines: string[] = [];
  const provider = await chooseProvider(
    cluster,
    deadlineSignal(
      lookLimitMs * 1e6,
      `the container engine did not tell within ${lookLimitMs / 1000} s what is left: ask it yourself`,
    ),
  );
  if (provider === 'embedded') lines.push(await ofEmbedded(cluster.embedded.name));
  if (provider === 'kind') lines.push(await ofKind(cluster.kind.name));
  if (runId === null) return lines;
  const results = join('results', runId);
  const recorded = await stat(join(projectRoot, results)).catch(() => null);
  lines.push(recorded === null ? 'no drill had begun' : `${results} has what was recorded until then`);
  return lines;
}

/** Who interrupts does not want to wait. */
const lookLimitMs = 10_000;

/** By its folder, which goes last. */
async function ofKind(name: string): Promise<string> {
  return (await stat(kindDir(name)).catch(() => null)) === null
    ? `nothing is left of the kind cluster "${name}"`
    : `the kind cluster "${name}" is up, or something of it: \`npx nodelocal-drill cluster down --provider kind\` puts it away`;
}

async function ofEmbedded(name: string): Promise<string> {
  const { state } = await embeddedStatus(name);
  switch (state) {
    case 'absent':
      return `nothing is left of the embedded cluster "${name}"`;
    case 'remains':
      return `something is left of the embedded cluster "${name}": \`npx nodelocal-drill cluster down\` removes it`;
    case 'up':
      return `the embedded cluster "${name}" is up: \`npx nodelocal-drill cluster down\` puts it away`;
  }
}
