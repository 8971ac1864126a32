package nodecache

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
)

const (
	clusterDNSPillar      = "__PILLAR__CLUSTER__DNS__"
	upstreamServersPillar = "__PILLAR__UPSTREAM__SERVERS__"
	localDNSPillar        = "__PILLAR__LOCAL__DNS__"
	dnsServerPillar       = "__PILLAR__DNS__SERVER__"

	// node-cache turns TCP off for configured upstreams only where the block is written with exactly these blanks.
	upstreamsOverTCP = "\n    forward . " + upstreamServersPillar + " {\n            force_tcp\n    }\n"
	upstreamsOverUDP = "\n    forward . " + upstreamServersPillar + "\n"

	stubDomainCacheSeconds = 30
)

// pillars are the values that node-cache puts into the base Corefile at run time.
type pillars struct {
	localIPs []string
	dnsPort  string
	// clusterDNS is nil when the upstream service isn't in the environment. It is written as "<nil>" then, which
	// CoreDNS refuses to start with.
	clusterDNS net.IP
}

// renderCorefile fills in the template as kubernetes/dns 9aa70b8f, cmd/node-cache/app/configmap.go, does, but with the
// stub domains in a fixed order.
func renderCorefile(base string, values pillars, config kubeDNSConfig) string {
	upstreamServers := "/etc/resolv.conf"
	if len(config.UpstreamNameservers) > 0 {
		upstreamServers = strings.Join(config.UpstreamNameservers, " ")
		base = strings.ReplaceAll(base, upstreamsOverTCP, upstreamsOverUDP)
	}
	localIPs := strings.Join(values.localIPs, " ")

	corefile := &strings.Builder{}
	corefile.WriteString(strings.NewReplacer(
		upstreamServersPillar, upstreamServers,
		clusterDNSPillar, values.clusterDNS.String(),
		localDNSPillar, localIPs,
		// The operator replaces it beforehand; what is left would be an address of its own, and there is none.
		dnsServerPillar, "",
	).Replace(base))
	for _, domain := range slices.Sorted(maps.Keys(config.StubDomains)) {
		fmt.Fprintf(corefile, "\n%s:%s {\n    errors\n    cache %d\n    bind %s\n    forward . %s\n}\n",
			domain, values.dnsPort, stubDomainCacheSeconds, localIPs, strings.Join(config.StubDomains[domain], " "))
	}
	return corefile.String()
}
