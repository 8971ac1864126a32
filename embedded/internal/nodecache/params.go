package nodecache

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// Params are node-cache's own flags and those of CoreDNS that it reads.
type Params struct {
	LocalIPs             []string
	DNSPort              string
	HealthPort           string
	SetupInterface       bool
	InterfaceName        string
	SetupIptables        bool
	SkipTeardown         bool
	RecheckInterval      time.Duration
	PidFile              string
	BaseCorefile         string
	Corefile             string
	KubeDNSConfigDir     string
	UpstreamService      string
	MetricsListenAddress string
	ReloadWithSignal     bool
}

// ParseParams adds node-cache's flags to a set that has CoreDNS's already, and reads the arguments.
//
// Names, defaults and refusals are those of kubernetes/dns 9aa70b8f, cmd/node-cache/main.go.
func ParseParams(flags *flag.FlagSet, arguments []string) (Params, error) {
	var params Params
	localIPs := flags.String("localip", "", "comma-separated IP addresses to listen on, all of one family")
	flags.BoolVar(&params.SetupInterface, "setupinterface", true, "make the network interface")
	flags.StringVar(&params.InterfaceName, "interfacename", "nodelocaldns", "name of the interface")
	syncInterval := flags.Duration("syncinterval", 60, "time between re-checks of rules and interface; below 1s, nanoseconds count as seconds")
	flags.StringVar(&params.MetricsListenAddress, "metrics-listen-address", "0.0.0.0:9353", "address to serve node-cache's own metrics on")
	flags.BoolVar(&params.SetupIptables, "setupiptables", true, "make the iptables rules")
	flags.StringVar(&params.BaseCorefile, "basecorefile", "/etc/coredns/Corefile.base", "template of the Corefile")
	flags.String("corefile", "/etc/Corefile", "without effect, as in node-cache: -conf says where the Corefile is written")
	flags.StringVar(&params.KubeDNSConfigDir, "kubednscm", "", "directory of the kube-dns ConfigMap (default /etc/kube-dns, if it is there)")
	flags.StringVar(&params.UpstreamService, "upstreamsvc", "kube-dns", "service whose cluster IP is the upstream for the cluster domain")
	flags.StringVar(&params.HealthPort, "health-port", "8080", "port of the health plugin, for the rules alone")
	flags.BoolVar(&params.SkipTeardown, "skipteardown", false, "leave interface and rules on exit")
	flags.BoolVar(&params.ReloadWithSignal, "reloadwithsignal", false, "reload CoreDNS with SIGUSR1 when the Corefile was rewritten")
	if err := flags.Parse(arguments); err != nil {
		return params, err
	}

	params.DNSPort = flags.Lookup("dns.port").Value.String()
	params.PidFile = flags.Lookup("pidfile").Value.String()
	params.Corefile = flags.Lookup("conf").Value.String()

	var err error
	if params.LocalIPs, err = parseLocalIPs(*localIPs); err != nil {
		return params, err
	}
	if params.RecheckInterval, err = recheckInterval(*syncInterval); err != nil {
		return params, err
	}
	if _, err := strconv.Atoi(params.DNSPort); err != nil {
		return params, fmt.Errorf("invalid port specified - %q", params.DNSPort)
	}
	if _, err := strconv.Atoi(params.HealthPort); err != nil {
		return params, fmt.Errorf("invalid healthcheck port specified - %q", params.HealthPort)
	}
	return params, nil
}

// IPv6 says whether the local addresses, which are all of one family, are IPv6.
func (p Params) IPv6() bool { return isIPv6(p.LocalIPs[0]) }

// parseLocalIPs refuses an empty element as node-cache does: "169.254.20.10," ends the process.
func parseLocalIPs(list string) ([]string, error) {
	localIPs := strings.Split(list, ",")
	for _, ip := range localIPs {
		if net.ParseIP(ip) == nil {
			return nil, fmt.Errorf("invalid localip specified - %q", ip)
		}
		if isIPv6(ip) != isIPv6(localIPs[0]) {
			return nil, fmt.Errorf("unexpected IP family for localip - %q, want IPv6=%v", ip, isIPv6(localIPs[0]))
		}
	}
	return localIPs, nil
}

func isIPv6(ip string) bool { return net.ParseIP(ip).To4() == nil }

// recheckInterval reads what works with node-cache as node-cache does, and the rest as it was meant.
//
// node-cache multiplies the duration by a second: its default of 60 ns is 60 s and "5ns" is 5 s, but "5s" overflows
// to a re-check in 158 years, and "10s" to a panic. Here 5s is 5 s.
func recheckInterval(flag time.Duration) (time.Duration, error) {
	switch {
	case flag <= 0:
		return 0, errors.New("invalid syncinterval specified - must be more than 0")
	case flag < time.Second:
		return flag * time.Second, nil
	default:
		return flag, nil
	}
}
