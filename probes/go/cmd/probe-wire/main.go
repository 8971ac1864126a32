// Sends single queries to one nameserver, at fixed times, and says what came of each (../../../PROTOCOL.md).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"nodelocal-drill/probes/internal/probe"
	"nodelocal-drill/probes/internal/wire"
)

const usageExitCode = 64

func main() {
	// Many probes share few cores, and one lookup every 10 ms needs no second thread.
	runtime.GOMAXPROCS(1)
	options, query, err := parse(os.Args[1:])
	if err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(os.Stderr, "probe: %v\n", err)
		}
		os.Exit(usageExitCode)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	p := probe.Probe{
		Resolver: "wire",
		Version:  "single queries (" + runtime.Version() + ")",
		Options:  options,
		LookUp:   func() probe.Result { return wire.Ask(query) },
		Output:   probe.Lines(options),
	}
	p.Run(ctx)
}

func parse(arguments []string) (probe.Options, wire.Query, error) {
	var server, kind string
	var timeoutMs int
	options, err := probe.ParseOptions("probe-wire", arguments, func(flags *flag.FlagSet) {
		flags.StringVar(&server, "server", "", "IP address of the nameserver that is asked")
		flags.StringVar(&kind, "type", "A", "A or AAAA")
		flags.IntVar(&timeoutMs, "timeout-ms", 2000, "how long a query waits for its response; nothing is sent again")
	})
	if err != nil {
		return options, wire.Query{}, err
	}
	address, err := netip.ParseAddr(server)
	if err != nil {
		return options, wire.Query{}, fmt.Errorf("--server takes an IP address, not '%s'", server)
	}
	if timeoutMs < 1 || timeoutMs > 86_400_000 {
		return options, wire.Query{}, fmt.Errorf("--timeout-ms is 1 to 86400000, not %d", timeoutMs)
	}
	query, err := wire.NewQuery(options.Name, kind, netip.AddrPortFrom(address, 53), time.Duration(timeoutMs)*time.Millisecond)
	return options, query, err
}
