package nodecache

import (
	"net"
	"strings"
	"testing"
)

var someValues = pillars{
	localIPs:   []string{"169.254.20.10", "10.96.0.10"},
	dnsPort:    "53",
	clusterDNS: net.ParseIP("10.96.0.11"),
}

func TestCorefileOfTheAddon(t *testing.T) {
	base := readFile(t, "testdata/addon.Corefile.base")
	equalsGolden(t, "addon.Corefile", renderCorefile(base, someValues, kubeDNSConfig{}))
}

func TestCorefileWithUpstreamsAndStubDomains(t *testing.T) {
	base := readFile(t, "testdata/addon.Corefile.base")
	equalsGolden(t, "stub-domains.Corefile", renderCorefile(base, someValues, kubeDNSConfig{
		StubDomains:         map[string][]string{"corp.test": {"192.0.2.53", "192.0.2.54:5353"}, "acme.test": {"192.0.2.55"}},
		UpstreamNameservers: []string{"192.0.2.1", "192.0.2.2"},
	}))
}

func TestMissingUpstreamServiceIsWrittenAsNil(t *testing.T) {
	if got := renderCorefile("forward . __PILLAR__CLUSTER__DNS__", pillars{}, kubeDNSConfig{}); got != "forward . <nil>" {
		t.Errorf("got %q", got)
	}
}

func TestConfiguredUpstreamsDropTCPOnlyInTheExactBlock(t *testing.T) {
	exact := "\n    forward . __PILLAR__UPSTREAM__SERVERS__ {\n            force_tcp\n    }\n"
	otherwise := strings.ReplaceAll(exact, "    ", "  ")
	custom := kubeDNSConfig{UpstreamNameservers: []string{"192.0.2.1"}}
	for _, test := range []struct {
		name, base string
		config     kubeDNSConfig
		wantTCP    bool
	}{
		{"exact block, configured upstreams", exact, custom, false},
		{"other blanks, configured upstreams", otherwise, custom, true},
		{"exact block, resolv.conf", exact, kubeDNSConfig{}, true},
	} {
		got := renderCorefile(test.base, someValues, test.config)
		if strings.Contains(got, "force_tcp") != test.wantTCP || strings.Contains(got, "__PILLAR__") {
			t.Errorf("%s: got %q", test.name, got)
		}
	}
}
