package nodecache

import (
	"context"
	"os"
	"time"

	clog "github.com/coredns/coredns/plugin/pkg/log"
)

// pidFilePollInterval is how often node-cache looks whether CoreDNS has written its pidfile.
const pidFilePollInterval = time.Second

// network is what node-cache does to the node: a link with the local addresses, and the iptables rules.
type network struct {
	params   Params
	link     link
	iptables iptables
	rules    []rule
}

func newNetwork(params Params) *network {
	return &network{
		params:   params,
		link:     newLink(params.InterfaceName, params.LocalIPs),
		iptables: newIptables(params.IPv6()),
		rules:    rulesFor(params),
	}
}

// keepUp makes rules and link once CoreDNS serves, and restores them at every re-check until the context ends.
//
// Only the pidfile tells that CoreDNS serves: without one, the rules come with the first re-check. The end of the
// context is seen between re-checks, not within one, so that a teardown can meet a re-check under way, as in node-cache.
func (n *network) keepUp(ctx context.Context) {
	if n.params.PidFile != "" {
		for !isFile(n.params.PidFile) {
			clog.Infof("waiting for coredns pidfile '%s'", n.params.PidFile)
			time.Sleep(pidFilePollInterval)
		}
		n.setUp()
	}
	ticker := time.NewTicker(n.params.RecheckInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			n.setUp()
		case <-ctx.Done():
			return
		}
	}
}

// setUp makes what is missing of rules and link. Errors are logged and counted, and left to the next re-check.
func (n *network) setUp() {
	if n.params.SetupIptables {
		n.setUpRules()
	}
	if n.params.SetupInterface {
		n.setUpLink()
	}
}

func (n *network) setUpRules() {
	for _, rule := range n.rules {
		existed, err := n.iptables.ensure(rule)
		switch {
		case err != nil:
			clog.Errorf("Error checking/adding iptables rule %v, error - %v", rule, err)
			countIptablesError(err)
		case !existed:
			clog.Infof("Added back nodelocaldns rule - %v", rule)
		}
	}
}

// setUpLink counts a failed addition under both labels, as node-cache does.
func (n *network) setUpLink() {
	existed, err := n.link.ensure()
	switch {
	case err != nil:
		clog.Errorf("Failed to add non-existent interface %s: %s", n.link.name, err)
		countError(interfaceAddError)
		countError(interfaceCheckError)
	case !existed:
		clog.Infof("Added interface - %s", n.link.name)
	}
}

// tearDown removes rules and link, one after the other, while CoreDNS still serves.
func (n *network) tearDown(order teardownOrder) {
	clog.Infof("Tearing down")
	if order == linkFirst {
		n.tearDownLink()
		n.tearDownRules()
	} else {
		n.tearDownRules()
		n.tearDownLink()
	}
}

func (n *network) tearDownLink() {
	if !n.params.SetupInterface {
		return
	}
	if err := n.link.remove(); err != nil {
		clog.Errorf("Failed to remove interface %s: %s", n.link.name, err)
	}
}

// tearDownRules finds out by inserting it again whether a deleted rule was there twice: a rule vanishes, comes back for
// a moment, and is deleted for good. Six runs of iptables for each rule make a teardown take its time; so it does in
// node-cache, and clients can feel it.
func (n *network) tearDownRules() {
	if !n.params.SetupIptables {
		return
	}
	for _, rule := range n.rules {
		for existed := true; existed; {
			n.deleteRule(rule)
			var err error
			if existed, err = n.iptables.ensure(rule); err != nil {
				clog.Errorf("Failed checking iptables rule after deletion, rule - %v, error - %v", rule, err)
				countIptablesError(err)
			}
		}
		n.deleteRule(rule)
	}
}

func (n *network) deleteRule(rule rule) {
	if err := n.iptables.delete(rule); err != nil {
		clog.Errorf("Failed deleting iptables rule %v, error - %v", rule, err)
		countIptablesError(err)
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}
