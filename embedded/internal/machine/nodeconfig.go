package machine

import (
	"fmt"
	"net/netip"
	"sort"
	"strings"
)

// writeConfiguration writes what containerd, kubelet, kube-proxy and the CNI plugins read, all at their default paths.
// Each unusual setting has its reason beside it.
func (n *nodeInit) writeConfiguration() error {
	hosts := "127.0.0.1 localhost\n"
	for i, other := range n.Nodes {
		hosts += fmt.Sprintf("%s %s\n", n.nodeAddress(i), other.Name)
	}
	return writeFiles("/", map[string]string{
		"etc/passwd":                     "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
		"etc/group":                      "root:x:0:\nnogroup:x:65534:\n",
		"etc/hosts":                      hosts,
		"etc/hostname":                   n.Node.Name + "\n",
		"etc/resolv.conf":                "nameserver " + n.fabricAddress(1) + "\n",
		"etc/cni/net.d/10-pods.conflist": n.cni(),
		"etc/containerd/config.toml":     containerdConfig,
		"etc/kubernetes/kubelet.yaml":    n.kubelet(),
		"etc/kubernetes/kube-proxy.yaml": n.kubeProxy(),
	})
}

func (n *nodeInit) cni() string {
	return fmt.Sprintf(`{"cniVersion":"0.4.0","name":"pods","plugins":[
  {"type":"bridge","bridge":"cni0","isGateway":true,"ipMasq":false,"hairpinMode":true,
   "ipam":{"type":"host-local","dataDir":"/run/cni-ipam","ranges":[[{"subnet":%q}]],"routes":[{"dst":"0.0.0.0/0"}]}},
  {"type":"portmap","capabilities":{"portMappings":true}}]}
`, n.podSubnet(n.index))
}

// restrict_oom_score_adj: without CAP_SYS_RESOURCE the score can't be lowered, and sandboxes fail with
// "can't get final child's PID from pipe: EOF".
// stats_collect_period: once a second by default, containerd asks the shim of every container for its CPU time (internal/cri/server/stats_collector.go), for
// CRI's UsageNanoCores, which nobody reads here: kubelet takes its figures from cAdvisor. With forty probes that was a quarter of a core (docs/weight.md).
const containerdConfig = `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = [
  "io.containerd.snapshotter.v1.blockfile", "io.containerd.snapshotter.v1.erofs", "io.containerd.snapshotter.v1.native",
  "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing", "io.containerd.nri.v1.nri"]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = 'localhost/pause:1'
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  stats_collect_period = '1h'
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ['/usr/lib/cni']
  conf_dir = '/etc/cni/net.d'
[plugins.'io.containerd.cri.v1.runtime'.containerd]
  default_runtime_name = 'runc'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  SystemdCgroup = false
`

// kubelet's settings are its defaults but for: cgroup v1 (failCgroupV1), no systemd (cgroupDriver), a shared machine (no eviction,
// no enforcement of allocatable, swap tolerated, no file-system accounting), and no pulls.
func (n *nodeInit) kubelet() string {
	return fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: %s
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: %s/ca.crt}}
authorization: {mode: Webhook}
clusterDomain: %s
clusterDNS: [%s]
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
resolvConf: /etc/resolv.conf
healthzBindAddress: 127.0.0.1
cgroupDriver: cgroupfs
failCgroupV1: false
enforceNodeAllocatable: []
failSwapOn: false
localStorageCapacityIsolation: false
evictionHard: {}
imageGCHighThresholdPercent: 100
eventRecordQPS: 0
kubeAPIQPS: 100
kubeAPIBurst: 200
serializeImagePulls: false
volumePluginDir: /run/kubelet-plugins
`, n.nodeAddress(n.index), nodeShared, n.Domain, n.ClusterDNS)
}

func (n *nodeInit) kubeProxy() string {
	return fmt.Sprintf(`apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: %s
clusterCIDR: %s
hostnameOverride: %s
clientConnection: {kubeconfig: %s/kube-proxy.kubeconfig}
conntrack: {maxPerCore: 0}
iptables: {minSyncPeriod: 0s, syncPeriod: 30s}
nftables: {minSyncPeriod: 0s, syncPeriod: 30s}
`, n.KubeProxyMode, netip.MustParsePrefix(n.PodCIDR), n.Node.Name, nodeShared)
}

func labelList(labels map[string]string) string {
	var list []string
	for name, value := range labels {
		list = append(list, name+"="+value)
	}
	sort.Strings(list)
	return strings.Join(list, ",")
}
