package machine

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// EnterNode is a node's first life: it enters the node's cgroup, builds the node's root, and becomes RunNode in it.
//
// The order matters. The cgroup is entered before the cgroup namespace is made, so that it is the namespace's root; the root is
// pivoted to before anything starts, so that nothing of the machine is in reach.
func EnterNode(configPath string, c *Config, name string) error {
	runtime.LockOSThread()
	if _, _, err := c.node(name); err != nil {
		return err
	}
	if err := enterCgroup(c, name); err != nil {
		return err
	}
	if err := unix.Unshare(unix.CLONE_NEWCGROUP); err != nil {
		return fmt.Errorf("cgroup namespace: %w", err)
	}
	config, err := os.ReadFile(configPath)
	if err != nil {
		return err
	}
	if err := buildRoot(c, name); err != nil {
		return fmt.Errorf("building the root of node %s: %w", name, err)
	}
	if err := os.WriteFile("/run/machine.json", config, 0o600); err != nil {
		return err
	}
	environment := []string{"PATH=" + nodePrograms + ":/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"}
	return unix.Exec(nodePrograms+"/machine", []string{"machine", "node-inside", "/run/machine.json", name}, environment)
}

// Where a node finds its programs and the folder that it shares with the cluster's PID 1.
const (
	nodePrograms = "/opt/nodelocal-drill"
	nodeShared   = "/run/nodelocal-drill"
)

// RunNode is PID 1 of a node, in its own root. It does not return unless the start failed.
func RunNode(c *Config, name string) error {
	i, n, err := c.node(name)
	if err != nil {
		return err
	}
	node := &nodeInit{Config: c, Node: n, index: i}
	node.children = newChildren(func(name string, status unix.WaitStatus) {
		fmt.Fprintf(os.Stderr, "%s ended: exit status %d, signal %v\n", name, status.ExitStatus(), status.Signal())
		recordEnd(nodeShared, name)
	})
	go node.children.reap()
	if err := node.boot(); err != nil {
		_ = writeAtomically(nodeShared+"/failed", err.Error())
		fmt.Fprintln(os.Stderr, err)
	}
	select {}
}

type nodeInit struct {
	*Config
	*Node
	index    int
	children *children
}

func (n *nodeInit) boot() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, ""); err != nil {
		return err
	}
	if err := unix.Sethostname([]byte(n.Node.Name)); err != nil {
		return err
	}
	if err := enterSystemCgroup(); err != nil {
		return err
	}
	if err := n.writeConfiguration(); err != nil {
		return err
	}
	n.phase("root")
	if err := n.start("containerd", "--config", "/etc/containerd/config.toml"); err != nil {
		return err
	}
	if err := n.configureNetwork(); err != nil {
		return fmt.Errorf("network: %w", err)
	}
	n.phase("network")
	client, err := connectContainerd()
	if err != nil {
		return err
	}
	n.phase("containerd")
	if err := importImages(client, n.Images); err != nil {
		return err
	}
	n.phase("images")
	if err := n.start("kubelet", "--config=/etc/kubernetes/kubelet.yaml", "--kubeconfig="+nodeShared+"/kubelet.kubeconfig",
		"--hostname-override="+n.Node.Name, "--node-ip="+n.nodeAddress(n.index), "--node-labels="+labelList(n.Labels)); err != nil {
		return err
	}
	// kube-proxy comes only when the API server's roles exist: told "forbidden" it would back off for many seconds.
	if err := waitFor("the API server", 120*time.Second, func() bool { return exists(nodeShared + "/api-up") }); err != nil {
		return err
	}
	if err := n.start("kube-proxy", "--config=/etc/kubernetes/kube-proxy.yaml"); err != nil {
		return err
	}
	n.phase("kube-proxy-started")
	if err := waitFor("cluster DNS", 180*time.Second, func() bool { return exists(nodeShared + "/dns-up") }); err != nil {
		return err
	}
	if err := importImages(client, n.LateImages); err != nil {
		return err
	}
	n.phase("late-images")
	return writeAtomically(nodeShared+"/late-images", "")
}

func (n *nodeInit) start(program string, args ...string) error {
	_, err := n.children.start(program, nodeShared+"/"+program+".log", 0, nil, append([]string{filepath.Join(nodePrograms, program)}, args...)...)
	return err
}

func (n *nodeInit) phase(name string) {
	file, err := os.OpenFile(nodeShared+"/phases", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		fmt.Fprintf(file, "{\"event\":%q,\"atNs\":%d}\n", name, monotonicNs())
		_ = file.Close()
	}
}

func (n *nodeInit) configureNetwork() error {
	if err := waitFor("eth0", 30*time.Second, func() bool { _, err := netlink.LinkByName("eth0"); return err == nil }); err != nil {
		return err
	}
	if err := setUp("lo"); err != nil {
		return err
	}
	if err := configureLink("eth0", fmt.Sprintf("%s/%d", n.nodeAddress(n.index), n.fabricBits())); err != nil {
		return err
	}
	if err := netlink.RouteAdd(&netlink.Route{Gw: net.ParseIP(n.fabricAddress(1))}); err != nil {
		return fmt.Errorf("default route: %w", err)
	}
	for i := range n.Nodes {
		if i != n.index {
			if err := addRoute(n.podSubnet(i), n.nodeAddress(i)); err != nil {
				return err
			}
		}
	}
	// Without the second a pod can't reach a Service whose endpoint is on its own node.
	for path, value := range map[string]string{"net/ipv4/ip_forward": "1", "net/bridge/bridge-nf-call-iptables": "1"} {
		if err := os.WriteFile("/proc/sys/"+path, []byte(value), 0o644); err != nil {
			return err
		}
	}
	return nil
}
