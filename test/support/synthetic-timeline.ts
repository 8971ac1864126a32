import type { FaultMark, NodeEvent, PhaseMark, SiteName, Trouble } from '../../lib/journal/entry.ts';
import { syntheticAddress, syntheticNodes } from './synthetic-cluster.ts';
import { syntheticPlan, type SyntheticRun } from './synthetic-run.ts';

const second = 1_000_000_000;
const millisecond = 1_000_000;

/** What the recorder, the node agent and the API server told of the run, apart from lookups. */
export function syntheticTimeline(run: SyntheticRun): (PhaseMark | FaultMark | NodeEvent | Trouble)[] {
  return [...phases(run), ...faults(run), ...nodeEvents(run), ...troubles(run)];
}

function phases(run: SyntheticRun): PhaseMark[] {
  const mark = (phase: PhaseMark['phase'], atNs: number, fault: number | null = null): PhaseMark => ({
    type: 'phase',
    atNs,
    phase,
    fault,
  });
  const { startNs, baselineNs, drainingNs, endNs } = syntheticPlan;
  return [
    mark('warm-up', startNs),
    mark('baseline', startNs + baselineNs),
    ...run.kills.flatMap(({ atNs }, index) => [
      mark('fault', atNs - millisecond, index + 1),
      mark('recovery', atNs + 900 * millisecond, index + 1),
    ]),
    mark('draining', startNs + drainingNs),
    mark('end', startNs + endNs),
  ];
}

function faults(run: SyntheticRun): FaultMark[] {
  return sitesUnderTest(run).flatMap((site) =>
    run.kills.flatMap((kill, index): FaultMark[] => {
      const fault = {
        type: 'fault' as const,
        fault: index + 1,
        kind: 'kill-node-cache',
        site,
        node: syntheticNodes[site],
      };
      const evidence = {
        pid: 4188 + index,
        oldContainer: containerId(site, index),
        newContainer: containerId(site, index + 1),
      };
      const confirmed = run.flaw !== 'unconfirmed' || index === 0;
      return [
        { ...fault, event: 'injected', atNs: kill.atNs, detail: `SIGKILL to PID ${4188 + index}`, evidence: {} },
        {
          ...fault,
          event: confirmed ? 'confirmed' : 'unconfirmed',
          atNs: kill.boundNs + 400 * millisecond,
          detail: confirmed
            ? `PID ${4188 + index} gone after 4 ms, container ${evidence.oldContainer.slice(0, 8)} → ${evidence.newContainer.slice(0, 8)}`
            : 'the container ID did not change',
          evidence,
        },
      ];
    }),
  );
}

function containerId(site: SiteName, generation: number): string {
  return `${site === 'both' ? 'a' : 'b'}${generation}`.repeat(32);
}

function sitesUnderTest(run: SyntheticRun): SiteName[] {
  return run.sites.filter((site) => site !== 'control');
}

function nodeEvents(run: SyntheticRun): NodeEvent[] {
  return sitesUnderTest(run).flatMap((site) => {
    const event = (name: string, atNs: number, detail: NodeEvent['detail'] = {}): NodeEvent => ({
      type: 'node',
      site,
      node: syntheticNodes[site],
      atNs,
      event: name,
      detail,
    });
    const addresses =
      site === 'both' ? [syntheticAddress.nodeCache, syntheticAddress.kubeDns] : [syntheticAddress.nodeCache];
    const { startNs } = syntheticPlan;
    return [
      event('container-started', startNs - 5 * second, { containerId: containerId(site, 0), restarts: 0 }),
      event('link', startNs, { present: true, addresses: addresses.join(' ') }),
      event('rules', startNs, { rules: 12 * addresses.length }),
      ...run.kills.flatMap((kill, index) => [
        event('signal-sent', kill.atNs, { signal: 'SIGKILL', pid: 4188 + index }),
        event('process-gone', kill.goneNs, { pid: 4188 + index }),
        ...addresses.map((listens) =>
          event('port-unbound', kill.goneNs + 9 * millisecond, { address: listens, proto: 'udp' }),
        ),
        event('container-started', kill.boundNs - 160 * millisecond, {
          containerId: containerId(site, index + 1),
          restarts: index + 1,
        }),
        event('process-started', kill.boundNs - 140 * millisecond, { pid: 4189 + index }),
        ...addresses.map((listens) => event('port-bound', kill.boundNs, { address: listens, proto: 'udp' })),
        event('pod-not-ready', kill.goneNs + 700 * millisecond),
        event('pod-ready', kill.boundNs + 950 * millisecond),
      ]),
    ];
  });
}

function troubles(run: SyntheticRun): Trouble[] {
  if (run.flaw !== 'aborted') return [];
  const message = 'interrupted by SIGINT; the fault was undone';
  return [{ type: 'trouble', atNs: run.stopNs, what: 'aborted', probe: null, message }];
}
