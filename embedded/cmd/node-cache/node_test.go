package main

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

const linkName = "nodelocaldns"

// node is a network namespace of its own: it belongs to the thread of the test that made it, and ends with it. So
// nothing of a test may run in another goroutine if it touches the network.
type node struct{ *testing.T }

func newNode(t *testing.T) node {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root, for a network namespace")
	}
	if _, err := exec.LookPath("iptables"); err != nil {
		t.Skip("needs iptables")
	}
	runtime.LockOSThread()
	n := node{t}
	n.must(unix.Unshare(unix.CLONE_NEWNET))
	loopback, err := netlink.LinkByName("lo")
	n.must(err)
	n.must(netlink.LinkSetUp(loopback))
	return n
}

// addBridge makes the link beforehand, for kernels without dummy links: node-cache adopts any type.
func (n node) addBridge() {
	n.Helper()
	n.must(netlink.LinkAdd(&netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: linkName}}))
}

// link is nil when there is none.
func (n node) link() netlink.Link {
	link, err := netlink.LinkByName(linkName)
	if err != nil {
		return nil
	}
	return link
}

func (n node) addresses() []string {
	n.Helper()
	addresses, err := netlink.AddrList(n.link(), netlink.FAMILY_V4)
	n.must(err)
	var texts []string
	for _, address := range addresses {
		texts = append(texts, address.IPNet.String())
	}
	return texts
}

// rules are node-cache's rules of one table, in the order of their chains.
func (n node) rules(table string) []string {
	n.Helper()
	output, err := exec.Command("iptables-save", "-t", table).Output()
	n.must(err)
	var rules []string
	for line := range strings.Lines(string(output)) {
		if strings.Contains(line, "NodeLocal DNS Cache") {
			rules = append(rules, strings.TrimSpace(line))
		}
	}
	return rules
}

func (n node) countRules() int {
	n.Helper()
	return len(n.rules("raw")) + len(n.rules("filter"))
}

func (n node) must(err error) {
	n.Helper()
	if err != nil {
		n.Fatal(err)
	}
}
