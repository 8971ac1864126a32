package nodecache

import (
	"net"
	"net/http"

	"github.com/coredns/coredns/plugin"
	clog "github.com/coredns/coredns/plugin/pkg/log"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// The values of the label errortype of coredns_nodecache_setup_errors_total.
const (
	iptablesError       = "iptables"
	iptablesLockError   = "iptables_lock"
	interfaceAddError   = "interface_add"
	interfaceCheckError = "interface_check"
	configMapError      = "configmap"
)

var setupErrors = prometheus.NewCounterVec(prometheus.CounterOpts{
	Namespace: plugin.Namespace,
	Subsystem: "nodecache",
	Name:      "setup_errors_total",
	Help:      "Number of errors in setting up node-cache's rules, interface and configuration.",
}, []string{"errortype"})

func countError(errorType string) { setupErrors.WithLabelValues(errorType).Inc() }

func countIptablesError(err error) {
	if isLockHeld(err) {
		countError(iptablesLockError)
	} else {
		countError(iptablesError)
	}
}

// serveMetrics serves every metric of the process under /metrics. A taken address is no reason to stop, but then, as in
// node-cache, setup_errors_total isn't to be found at the prometheus plugin's address either.
func serveMetrics(address string) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		clog.Errorf("Failed to start metrics handler: %s", err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.Handler())
	go func() {
		clog.Errorf("Metrics handler ended: %s", http.Serve(listener, mux))
	}()

	prometheus.MustRegister(setupErrors)
	for _, errorType := range []string{iptablesError, iptablesLockError, interfaceAddError, interfaceCheckError, configMapError} {
		setupErrors.WithLabelValues(errorType)
	}
}
