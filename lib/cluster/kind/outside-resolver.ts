import { inNode, type Engine } from './engine.ts';
import { outsideIp } from './kind-objects.ts';

/**
 * From now on pods of this node that follow its resolv.conf (CoreDNS, node-cache) ask the outside's name server. Not from the start: kube-proxy and
 * kindnet find the API server by the control plane's name, which only the engine's name server knows.
 */
export async function useOutsideResolver(
  engine: Pick<Engine, 'name'>,
  node: string,
  signal: AbortSignal,
): Promise<void> {
  const script = `
mkdir -p /etc/nodelocal-drill
echo nameserver ${outsideIp} > /etc/nodelocal-drill/resolv.conf
sed -i '/^resolvConf:/d' /var/lib/kubelet/config.yaml
echo 'resolvConf: /etc/nodelocal-drill/resolv.conf' >> /var/lib/kubelet/config.yaml
systemctl restart kubelet
`;
  await inNode(engine, node, ['sh', '-euc', script], { signal });
}
