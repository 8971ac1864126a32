import type { KubeNode } from '../../kube/types.ts';
import { inNode, type Engine } from './engine.ts';

/** What a node's part of the pod network is made of. */
interface NodeNetwork {
  readonly name: string;
  readonly ip: string;
  /** Of its pods. */
  readonly podCidr: string;
}

/** kind's default (networking.podSubnet). */
const podSubnet = '10.244.0.0/16';

/**
 * The pod network of a cluster whose node image has no CNI daemon, as kindnetd would make it: ptp links, a route to each other node's pods,
 * and masquerading of what leaves the pod network. Nodes of a kind cluster don't change, so that it is made once, from outside.
 */
export async function makePodNetwork(
  engine: Pick<Engine, 'name'>,
  nodes: readonly KubeNode[],
  signal: AbortSignal,
): Promise<void> {
  const all = nodes.map(networkOf);
  await Promise.all(
    all.map(async (node) => {
      await inNode(engine, node.name, ['sh', '-euc', script(node, all)], { signal });
    }),
  );
}

function networkOf({ metadata, spec, status }: KubeNode): NodeNetwork {
  const name = metadata?.name ?? '';
  const ip = status?.addresses?.find(({ type, address }) => type === 'InternalIP' && !address.includes(':'))?.address;
  const podCidr = spec?.podCIDR;
  if (ip === undefined || podCidr === undefined)
    throw new Error(`node ${name} has no address or no range for pods yet`);
  return { name, ip, podCidr };
}

function script(own: NodeNetwork, all: readonly NodeNetwork[]): string {
  const others = all.filter(({ name }) => name !== own.name);
  return `
${others.map(({ podCidr, ip }) => `ip route replace ${podCidr} via ${ip}`).join('\n')}
nft -f - <<'RULES'
table ip drill-masquerade
delete table ip drill-masquerade
table ip drill-masquerade {
  chain postrouting {
    type nat hook postrouting priority srcnat
    fib daddr type local return
    ip saddr ${podSubnet} ip daddr != ${podSubnet} masquerade
  }
}
RULES
mkdir -p /etc/cni/net.d
cat > /etc/cni/net.d/10-drill.conflist.new <<'CONFLIST'
${JSON.stringify(conflist(own.podCidr))}
CONFLIST
mv /etc/cni/net.d/10-drill.conflist.new /etc/cni/net.d/10-drill.conflist
`;
}

/** As kindnetd writes it (kindnet's CNI configuration: ptp, host-local, portmap). */
function conflist(podCidr: string) {
  return {
    cniVersion: '0.3.1',
    name: 'drill',
    plugins: [
      {
        type: 'ptp',
        ipMasq: false,
        mtu: 1500,
        ipam: {
          type: 'host-local',
          dataDir: '/run/cni-ipam-state',
          routes: [{ dst: '0.0.0.0/0' }],
          ranges: [[{ subnet: podCidr }]],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}
