import type { AskTwicePlan } from '../../probe/ask-twice-pod.ts';
import type { AskedTwice } from '../../probe/asked-twice.ts';
import { readResolvConf, type ResolvConf } from '../../probe/parse-resolv-conf.ts';
import type { ClusterView } from '../cluster-view.ts';
import { effectiveResolvConf } from '../effective-resolv-conf.ts';
import type { ObjectName } from '../object-name.ts';
import type { Judged } from './judge-round.ts';
import { judgeRounds } from './judge-rounds.ts';
import { differences } from './resolv-conf.ts';

/** What came of the pod on one node: what it saw, or why nothing. */
interface NodeSeen {
  readonly plan: AskTwicePlan;
  readonly seen: AskedTwice | null;
  readonly failure: string | null;
}

/** The pods of one `verify --probe`. */
export interface Probing {
  readonly namespace: string;
  readonly nodes: readonly NodeSeen[];
}

/** One server that a pod asked. */
export interface ServerProbed extends Judged {
  readonly server: string;
  /** The first nameserver of its resolv.conf, which its resolver asks first too. */
  readonly isFirst: boolean;
}

/** What a pod on one node found. */
export interface NodeProbed {
  readonly node: string;
  readonly nodeCache: ObjectName | null;
  readonly resolvConf: ResolvConf | null;
  /** How it differs from what is computed for a pod without settings of its own. */
  readonly differences: readonly string[];
  readonly servers: readonly ServerProbed[];
  readonly failure: string | null;
}

export function judgeProbing({ namespace, nodes }: Probing, view: ClusterView): readonly NodeProbed[] {
  return nodes.map(({ plan, seen, failure }) => {
    const nodeCache = view.nodeCaches.find((each) => each.nodes.has(plan.node))?.object ?? null;
    const common = { node: plan.node, nodeCache };
    if (seen === null) return { ...common, resolvConf: null, differences: [], servers: [], failure };
    const resolvConf = readResolvConf(seen.resolvConf);
    const computed = effectiveResolvConf({ ...stock, namespace }, view.kubelet.value);
    const rounds = Map.groupBy(seen.rounds, ({ server }) => server);
    return {
      ...common,
      resolvConf,
      differences: differences(resolvConf, computed),
      servers: [...rounds].map(([server, of]) => ({
        server,
        isFirst: server === resolvConf.nameservers[0],
        ...judgeRounds(of, plan.suffix),
      })),
      failure,
    };
  });
}

/** A pod without any setting of DNS. */
const stock = { hostNetwork: false, dnsPolicy: 'ClusterFirst', dnsConfig: {} };
