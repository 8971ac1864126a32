package nodecache

import (
	"strings"
	"testing"
)

func TestRulesForTwoAddresses(t *testing.T) {
	rules := rulesFor(Params{LocalIPs: []string{"169.254.20.10", "10.96.0.10"}, DNSPort: "53", HealthPort: "8080"})
	var lines strings.Builder
	for _, rule := range rules {
		lines.WriteString(rule.table + " " + rule.chain + " " + strings.Join(rule.args, " ") + "\n")
	}
	equalsGolden(t, "rules.txt", lines.String())
}
