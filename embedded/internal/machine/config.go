// Package machine builds namespaced machines out of one: a fabric that holds the control plane, and nodes that look like
// hosts of their own. It knows nothing of DNS experiments.
package machine

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
)

// Config says what to boot. The TypeScript side writes it (lib/cluster/embedded/machine-config.ts).
type Config struct {
	// Name is part of the cgroup's name and of the run folder: one cluster per name.
	Name string `json:"name"`
	// RunDir holds everything that the running cluster leaves on the machine outside the cache.
	RunDir string `json:"runDir"`
	// Programs is the folder with components, coredns, containerd-shim-runc-v2 and the symlinks to components.
	Programs string `json:"programs"`
	// ServiceCIDR's first address is the API server's.
	ServiceCIDR   string `json:"serviceCIDR"`
	PodCIDR       string `json:"podCIDR"`
	FabricCIDR    string `json:"fabricCIDR"`
	Domain        string `json:"domain"`
	KubeProxyMode string `json:"kubeProxyMode"`
	Nodes         []Node `json:"nodes"`
	// Objects are POSTed in this order as soon as the API server lives; 409 is fine.
	Objects []Object `json:"objects"`
	// OutsideZones is the folder with the Corefile of the "internet" that answers at the fabric's own address.
	OutsideZones string `json:"outsideZones"`
	// Answers are the DNS answers that make the cluster ready.
	Answers []Answer `json:"answers"`
	// CPUShares of the cluster's cgroup (v1 cpu.shares); 0 leaves the default.
	CPUShares int `json:"cpuShares"`
}

// Node is one machine of the cluster.
type Node struct {
	Name       string            `json:"name"`
	Labels     map[string]string `json:"labels"`
	ClusterDNS string            `json:"clusterDNS"`
	// Images are archives imported before kubelet starts; LateImages after DNS answers.
	Images     []string `json:"images"`
	LateImages []string `json:"lateImages"`
}

// Object is one request to the API server.
type Object struct {
	Path     string          `json:"path"`
	Manifest json.RawMessage `json:"manifest"`
}

// Answer is a DNS answer (A record of Query) that Server must give when asked from the node's own network.
type Answer struct {
	Phase  string `json:"phase"`
	Node   string `json:"node"`
	Server string `json:"server"`
	Query  string `json:"query"`
	// Container is the one on the node that gives the answer, by its name in the pod: one that only crashes ends the wait.
	Container string `json:"container"`
}

// ReadConfig reads and checks the configuration file.
func ReadConfig(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var c Config
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for name, cidr := range map[string]string{"serviceCIDR": c.ServiceCIDR, "podCIDR": c.PodCIDR, "fabricCIDR": c.FabricCIDR} {
		if _, err := netip.ParsePrefix(cidr); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", path, name, err)
		}
	}
	if len(c.Nodes) == 0 || len(c.Nodes) > 200 {
		return nil, fmt.Errorf("%s: %d nodes; from 1 to 200 are possible", path, len(c.Nodes))
	}
	return &c, nil
}

func (c *Config) node(name string) (int, *Node, error) {
	for i := range c.Nodes {
		if c.Nodes[i].Name == name {
			return i, &c.Nodes[i], nil
		}
	}
	return 0, nil, fmt.Errorf("no node is called %q", name)
}

// fabricAddress is the n-th address of the fabric: 1 is the control plane, 11 the first node.
func (c *Config) fabricAddress(n int) string { return nthAddress(c.FabricCIDR, n).String() }
func (c *Config) nodeAddress(i int) string   { return c.fabricAddress(11 + i) }
func (c *Config) fabricBits() int            { return netip.MustParsePrefix(c.FabricCIDR).Bits() }

// podSubnet is the i-th node's /24 of the pod range.
func (c *Config) podSubnet(i int) string {
	a := netip.MustParsePrefix(c.PodCIDR).Masked().Addr().As4()
	a[2] += byte(i + 1)
	return netip.PrefixFrom(netip.AddrFrom4(a), 24).String()
}

func (c *Config) serviceAPI() string { return nthAddress(c.ServiceCIDR, 1).String() }

func nthAddress(cidr string, n int) netip.Addr {
	a := netip.MustParsePrefix(cidr).Masked().Addr()
	for range n {
		a = a.Next()
	}
	return a
}

func (c *Config) nodeDir(name string) string { return filepath.Join(c.RunDir, "nodes", name) }
func (c *Config) path(elements ...string) string {
	return filepath.Join(append([]string{c.RunDir}, elements...)...)
}
func (c *Config) program(name string) string { return filepath.Join(c.Programs, name) }
