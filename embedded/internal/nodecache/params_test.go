package nodecache

import (
	"flag"
	"io"
	"slices"
	"testing"
	"time"
)

func TestParamsDefaults(t *testing.T) {
	params, err := parseArguments("-localip", "169.254.20.10,10.96.0.10")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(params.LocalIPs, []string{"169.254.20.10", "10.96.0.10"}) {
		t.Errorf("LocalIPs = %v", params.LocalIPs)
	}
	if params.RecheckInterval != time.Minute {
		t.Errorf("RecheckInterval = %v, want 1m", params.RecheckInterval)
	}
	if !params.SetupInterface || !params.SetupIptables || params.SkipTeardown || params.ReloadWithSignal {
		t.Errorf("switches = %+v", params)
	}
	if params.InterfaceName != "nodelocaldns" || params.HealthPort != "8080" || params.DNSPort != "53" ||
		params.UpstreamService != "kube-dns" || params.MetricsListenAddress != "0.0.0.0:9353" ||
		params.BaseCorefile != "/etc/coredns/Corefile.base" {
		t.Errorf("defaults = %+v", params)
	}
}

func TestConfOverridesCorefileEvenWhenMissing(t *testing.T) {
	for _, test := range []struct {
		arguments []string
		want      string
	}{
		{[]string{"-corefile", "/a"}, ""},
		{[]string{"-corefile", "/a", "-conf", "/b"}, "/b"},
	} {
		params, err := parseArguments(append(test.arguments, "-localip", "169.254.20.10")...)
		if err != nil || params.Corefile != test.want {
			t.Errorf("%v: Corefile = %q, %v, want %q", test.arguments, params.Corefile, err, test.want)
		}
	}
}

func TestRefusedParams(t *testing.T) {
	for _, arguments := range [][]string{
		{},
		{"-localip", ""},
		{"-localip", "169.254.20.10,"},
		{"-localip", "169.254.20.10, 10.96.0.10"},
		{"-localip", "169.254.20.10,fd00::10"},
		{"-localip", "fd00::10,169.254.20.10"},
		{"-localip", "169.254.20.10", "-health-port", "http"},
		{"-localip", "169.254.20.10", "-dns.port", "domain"},
		{"-localip", "169.254.20.10", "-syncinterval", "0s"},
		{"-localip", "169.254.20.10", "-syncinterval", "-1s"},
		{"-localip", "169.254.20.10", "-syncinterval", "5"},
	} {
		if _, err := parseArguments(arguments...); err == nil {
			t.Errorf("%q was accepted", arguments)
		}
	}
}

func TestSyncInterval(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"5ns":  5 * time.Second, // What node-cache makes of it.
		"60ns": time.Minute,
		"1s":   time.Second, // From here on node-cache overflows.
		"5s":   5 * time.Second,
		"2m":   2 * time.Minute,
	} {
		params, err := parseArguments("-localip", "169.254.20.10", "-syncinterval", text)
		if err != nil || params.RecheckInterval != want {
			t.Errorf("-syncinterval=%s: %v, %v, want %v", text, params.RecheckInterval, err, want)
		}
	}
}

// parseArguments stands on a flag set that has what CoreDNS registers.
func parseArguments(arguments ...string) (Params, error) {
	flags := flag.NewFlagSet("node-cache", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.String("conf", "", "")
	flags.String("pidfile", "", "")
	flags.String("dns.port", "53", "")
	return ParseParams(flags, arguments)
}
