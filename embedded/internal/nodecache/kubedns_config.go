package nodecache

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strconv"

	"github.com/coredns/coredns/plugin/pkg/parse"
	"github.com/coredns/coredns/plugin/pkg/transport"
)

// At most three, as resolv.conf(5) has (kubernetes/dns 9aa70b8f, pkg/dns/config/config.go).
const maxUpstreamNameservers = 3

// kubeDNSConfig is what node-cache reads from the kube-dns ConfigMap.
type kubeDNSConfig struct {
	// StubDomains maps a domain to the nameservers that are asked for it.
	StubDomains map[string][]string
	// UpstreamNameservers replace the node's /etc/resolv.conf.
	UpstreamNameservers []string
}

// parseKubeDNSConfig reads the ConfigMap's keys, each of them JSON, and refuses all of it for one bad value.
func parseKubeDNSConfig(files map[string]string) (kubeDNSConfig, error) {
	var config kubeDNSConfig
	for key, target := range map[string]any{
		"stubDomains":         &config.StubDomains,
		"upstreamNameservers": &config.UpstreamNameservers,
	} {
		if text, ok := files[key]; ok {
			if err := json.Unmarshal([]byte(text), target); err != nil {
				return kubeDNSConfig{}, fmt.Errorf("%s: %w", key, err)
			}
		}
	}
	if err := config.validate(); err != nil {
		return kubeDNSConfig{}, err
	}
	return config, nil
}

func (c kubeDNSConfig) validate() error {
	for domain, nameservers := range c.StubDomains {
		if !isSubdomain(domain) {
			return fmt.Errorf("stubDomains: invalid domain name: %q", domain)
		}
		for _, nameserver := range nameservers {
			// A name passes here, and is refused by compilable.
			if !isAddress(nameserver) && !isSubdomain(nameserver) {
				return fmt.Errorf("stubDomains: invalid nameserver: %q", nameserver)
			}
		}
	}
	if len(c.UpstreamNameservers) > maxUpstreamNameservers {
		return errors.New("upstreamNameservers: more than three")
	}
	for _, nameserver := range c.UpstreamNameservers {
		if !isAddress(nameserver) {
			return fmt.Errorf("upstreamNameservers: invalid nameserver: %q", nameserver)
		}
	}
	return nil
}

// compilable says why the forward plugin would refuse one of the nameservers.
func (c kubeDNSConfig) compilable() error {
	for domain, nameservers := range c.StubDomains {
		if err := forwardable(nameservers); err != nil {
			return fmt.Errorf("invalid nameservers %s for the stub domain %s: %w", nameservers, domain, err)
		}
	}
	if err := forwardable(c.UpstreamNameservers); err != nil {
		return fmt.Errorf("invalid upstream nameservers %s: %w", c.UpstreamNameservers, err)
	}
	return nil
}

func forwardable(nameservers []string) error {
	if len(nameservers) == 0 {
		return nil
	}
	hosts, err := parse.HostPortOrFile(nameservers...)
	if err != nil {
		return err
	}
	for _, host := range hosts {
		if scheme, _ := parse.Transport(host); scheme != transport.DNS && scheme != transport.TLS {
			return fmt.Errorf("unsupported transport %s of nameserver %s", scheme, host)
		}
	}
	return nil
}

// isAddress accepts an IP address with or without a port.
func isAddress(nameserver string) bool {
	host, port, err := net.SplitHostPort(nameserver)
	if err != nil {
		return net.ParseIP(nameserver) != nil
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil && net.ParseIP(host) != nil
}

var subdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

// isSubdomain is Kubernetes' rule for names: RFC 1123, lower case, at most 253 characters.
func isSubdomain(name string) bool { return len(name) <= 253 && subdomain.MatchString(name) }
