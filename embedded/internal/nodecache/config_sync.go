package nodecache

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	clog "github.com/coredns/coredns/plugin/pkg/log"
)

const (
	// configPollInterval is how often node-cache reads its two ConfigMaps anew.
	configPollInterval = 10 * time.Second

	defaultKubeDNSConfigDir = "/etc/kube-dns"
)

// configSync writes the Corefile, and writes it again when the kube-dns or the node-local-dns ConfigMap changes.
// Errors are logged and counted, and the Corefile stays as it was.
type configSync struct {
	params  Params
	values  pillars
	kubeDNS *configDir
	// nodeLocal holds the base Corefile.
	nodeLocal *configDir
	config    kubeDNSConfig
}

// startConfigSync writes the Corefile for the first time.
//
// A directory that can't be read now, or a kube-dns ConfigMap that is invalid now, isn't looked at again: so it is in
// node-cache too, where only a new process helps.
func startConfigSync(params Params) *configSync {
	s := &configSync{params: params, values: pillars{params.LocalIPs, params.DNSPort, clusterDNS(params.UpstreamService)}}
	s.writeCorefile()
	s.openKubeDNS()
	var err error
	if s.nodeLocal, err = openConfigDir(filepath.Dir(params.BaseCorefile)); err != nil {
		clog.Errorf("Failed to sync node-local-dns config directory, err: %v", err)
	}
	return s
}

// run polls both directories until the context ends.
func (s *configSync) run(ctx context.Context) {
	ticker := time.NewTicker(configPollInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.poll()
		case <-ctx.Done():
			return
		}
	}
}

func (s *configSync) poll() {
	nodeLocalChanged := hasChanged(s.nodeLocal)
	kubeDNSChanged := hasChanged(s.kubeDNS)
	if kubeDNSChanged {
		config, err := parseKubeDNSConfig(s.kubeDNS.files)
		if err != nil {
			clog.Errorf("Invalid kube-dns configuration, ignoring update: %v", err)
			kubeDNSChanged = false
		} else {
			s.config = config
		}
	}
	if nodeLocalChanged || kubeDNSChanged {
		s.writeCorefile()
	}
}

func (s *configSync) openKubeDNS() {
	path := s.params.KubeDNSConfigDir
	if path == "" {
		if _, err := os.Stat(defaultKubeDNSConfigDir); err != nil {
			clog.Infof("Skipping kube-dns configmap sync as no directory was specified")
			return
		}
		path = defaultKubeDNSConfigDir
	}
	directory, err := openConfigDir(path)
	if err != nil {
		clog.Errorf("Failed to sync kube-dns config directory %s, err: %v", path, err)
		return
	}
	config, err := parseKubeDNSConfig(directory.files)
	if err != nil {
		clog.Errorf("Failed to sync kube-dns config directory %s, err: %v", path, err)
		return
	}
	s.kubeDNS, s.config = directory, config
	s.writeCorefile()
}

func (s *configSync) writeCorefile() {
	if err := s.config.compilable(); err != nil {
		clog.Errorf("Invalid config: %v", err)
		countError(configMapError)
		return
	}
	base, err := os.ReadFile(s.params.BaseCorefile)
	if err != nil {
		clog.Errorf("Failed to read node-cache coreFile %s - %v", s.params.BaseCorefile, err)
		countError(configMapError)
		return
	}
	corefile := renderCorefile(string(base), s.values, s.config)
	if err := os.WriteFile(s.params.Corefile, []byte(corefile), 0o666); err != nil {
		clog.Errorf("Failed to write config file %s - err %v", s.params.Corefile, err)
		countError(configMapError)
		return
	}
	clog.Infof("Using config file:\n%s", corefile)
	if s.params.ReloadWithSignal {
		if err := syscall.Kill(os.Getpid(), syscall.SIGUSR1); err != nil {
			clog.Errorf("Failed to trigger CoreDNS reload: %v", err)
		}
	}
}

func hasChanged(directory *configDir) bool {
	if directory == nil {
		return false
	}
	changed, err := directory.reread()
	if err != nil {
		clog.Errorf("Error loading config from %s: %v", directory.path, err)
	}
	return changed
}

// clusterDNS finds the service's cluster IP in the environment that kubelet gives each container. It is as old as the
// container: a Service that was made anew is found only by a new one.
func clusterDNS(service string) net.IP {
	variable := strings.ToUpper(strings.ReplaceAll(service, "-", "_")) + "_SERVICE_HOST"
	ip := net.ParseIP(os.Getenv(variable))
	if ip == nil {
		clog.Warningf("Unable to lookup IP address of Upstream service %s, env $%s `%s`", service, variable, os.Getenv(variable))
	}
	return ip
}
