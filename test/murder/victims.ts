import { identityOf, type ProcessIdentity } from '../../lib/build/process-identity.ts';
import { lockMark } from '../../lib/cluster/embedded/orphans.ts';
import { clusterProcesses, processesWith, type NamedProcess } from '../support/cluster-processes.ts';

export interface Victim extends ProcessIdentity {
  readonly kind: VictimKind;
}

/** Parts of the cluster by how their command line begins, and tools of the suite by a part of theirs. */
const ofCluster = {
  "cluster's PID 1": /^machine cluster(-inside)? /,
  "node's init": /^machine node/,
  containerd: /^containerd --config/,
  kubelet: /^kubelet /,
  'kube-apiserver': /^kube-apiserver /,
  etcd: /^etcd /,
} as const;

const ofSuite = {
  'boot launcher': /\/machine up /,
  'Playwright runner': /playwright(\/test\/cli\.js)? test /,
  'Playwright worker': /workerProcessEntry/,
  'build process': /^(go|compile|link|asm|\S+\/(go|compile|link|asm|zig|pip)) /,
} as const;

export type VictimKind = 'runner' | keyof typeof ofCluster | keyof typeof ofSuite;

export const victimKinds: readonly VictimKind[] = [
  'runner',
  ...(Object.keys(ofCluster) as (keyof typeof ofCluster)[]),
  ...(Object.keys(ofSuite) as (keyof typeof ofSuite)[]),
];

/** All who could be killed now: the command that runs, and what it started. */
export async function possibleVictims(name: string, runner: number): Promise<readonly Victim[]> {
  // The suite's are those that were started under the lock of the cluster.
  const [cluster, suite, own] = await Promise.all([
    clusterProcesses(name),
    processesWith('environ', `${lockMark(name)}=`),
    identityOf(runner),
  ]);
  return [
    ...(own === null ? [] : [{ kind: 'runner' as const, ...own }]),
    ...[...cluster, ...suite].flatMap((process) => sorted(ofCluster, process)),
    ...suite.filter(({ pid }) => pid !== runner).flatMap((process) => sorted(ofSuite, process)),
  ];
}

function sorted<Kind extends VictimKind>(
  patterns: Readonly<Record<Kind, RegExp>>,
  { command, ...identity }: NamedProcess,
): readonly Victim[] {
  const kinds = Object.keys(patterns) as Kind[];
  return kinds.filter((kind) => patterns[kind].test(command)).map((kind) => ({ kind, ...identity }));
}
