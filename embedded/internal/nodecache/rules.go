package nodecache

import "slices"

const (
	skipConntrackComment = "NodeLocal DNS Cache: skip conntrack"
	allowTrafficComment  = "NodeLocal DNS Cache: allow DNS traffic"
)

// rule is one iptables rule: args is all that follows the chain's name.
type rule struct {
	table string
	chain string
	args  []string
}

// rulesFor lists node-cache's rules, 12 for each local address, in the order in which they are inserted at the head of
// their chains; so they end up in reverse (kubernetes/dns 9aa70b8f, cmd/node-cache/app/cache_app.go, initIptables).
func rulesFor(params Params) []rule {
	var rules []rule
	for _, ip := range params.LocalIPs {
		toDNS := []string{"-d", ip, "--dport", params.DNSPort}
		fromDNS := []string{"-s", ip, "--sport", params.DNSPort}
		toHealth := []string{"-d", ip, "--dport", params.HealthPort}
		fromHealth := []string{"-s", ip, "--sport", params.HealthPort}
		rules = append(rules,
			skipConntrack("PREROUTING", "tcp", toDNS),
			skipConntrack("PREROUTING", "udp", toDNS),
			// What isn't tracked isn't "established" either, so a strict filter table would drop it.
			allowTraffic("INPUT", "tcp", toDNS),
			allowTraffic("INPUT", "udp", toDNS),
			skipConntrack("OUTPUT", "tcp", fromDNS),
			skipConntrack("OUTPUT", "udp", fromDNS),
			allowTraffic("OUTPUT", "tcp", fromDNS),
			allowTraffic("OUTPUT", "udp", fromDNS),
			// Clients on the host network.
			skipConntrack("OUTPUT", "tcp", toDNS),
			skipConntrack("OUTPUT", "udp", toDNS),
			// kubelet's liveness probe.
			skipConntrack("OUTPUT", "tcp", toHealth),
			skipConntrack("OUTPUT", "tcp", fromHealth),
		)
	}
	return rules
}

func skipConntrack(chain, protocol string, match []string) rule {
	return rule{"raw", chain, ruleArgs(protocol, match, "NOTRACK", skipConntrackComment)}
}

func allowTraffic(chain, protocol string, match []string) rule {
	return rule{"filter", chain, ruleArgs(protocol, match, "ACCEPT", allowTrafficComment)}
}

func ruleArgs(protocol string, match []string, target, comment string) []string {
	return slices.Concat([]string{"-p", protocol}, match, []string{"-j", target, "-m", "comment", "--comment", comment})
}
