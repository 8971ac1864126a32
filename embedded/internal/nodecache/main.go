// Package nodecache is a stand-in for NodeLocal DNSCache's program node-cache, on the same CoreDNS: it does to the node
// what node-cache 1.26.8 does, in the same order and at the same times. docs/node-cache.md says how far that goes.
package nodecache

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/coredns/caddy"
	"github.com/coredns/coredns/coremain"
	clog "github.com/coredns/coredns/plugin/pkg/log"
)

// Version names the program wherever it says what it is.
const Version = "node-cache stand-in on CoreDNS " + coremain.CoreVersion

// imitatedRelease is the release of node-cache whose behaviour the stand-in has.
const imitatedRelease = "1.26.8"

// Main is the life of the program: the interface is made, CoreDNS binds to its addresses, and then come the rules.
//
// Until CoreDNS runs no signal is handled, so a SIGTERM this early leaves the interface behind, as with node-cache.
func Main() {
	params, err := ParseParams(flag.CommandLine, os.Args[1:])
	if isSet("version") || isSet("plugins") {
		fmt.Printf("%s (behaves as node-cache %s)\n", Version, imitatedRelease)
		coremain.Run() // Prints the rest, and exits.
	}
	if err != nil {
		clog.Fatalf("Error parsing flags - %s, Exiting", err)
	}
	order, err := teardownOrderFromEnvironment()
	if err != nil {
		clog.Fatalf("Error reading the environment - %s, Exiting", err)
	}
	clog.Infof("Starting %s, behaves as node-cache %s, teardown %s", Version, imitatedRelease, order)

	serveMetrics(params.MetricsListenAddress)
	config := startConfigSync(params)
	network := newNetwork(params)
	if params.SetupInterface {
		network.setUpLink()
	}

	ctx, stop := context.WithCancel(context.Background())
	go config.run(context.Background())
	go network.keepUp(ctx)
	tearDown := func() {
		stop()
		network.tearDown(order)
	}
	if !params.SkipTeardown {
		caddy.OnProcessExit = append(caddy.OnProcessExit, tearDown)
	}
	coremain.Run()
	clog.Errorf("CoreDNS returned without a signal")
	tearDown()
}

func isSet(name string) bool { return flag.Lookup(name).Value.String() == "true" }
