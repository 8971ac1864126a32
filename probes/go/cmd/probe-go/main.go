// Looks one name up with Go's own resolver, at fixed times, and prints one line for each lookup (../../../PROTOCOL.md).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"nodelocal-drill/probes/internal/probe"
)

const usageExitCode = 64

func main() {
	// Many probes share few cores, and one lookup every 10 ms needs no second thread.
	runtime.GOMAXPROCS(1)
	unshared := false
	options, err := probe.ParseOptions("probe-go", os.Args[1:], func(flags *flag.FlagSet) {
		flags.BoolVar(&unshared, "unshared", false, "a resolver for each lookup: Go's own merges lookups of one name that overlap")
	})
	if err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(os.Stderr, "probe: %v\n", err)
		}
		os.Exit(usageExitCode)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	p := probe.Probe{
		Resolver: "go",
		Version:  runtime.Version(),
		Options:  options,
		LookUp:   lookUpWith(options.Name, unshared),
		Output:   probe.Lines(options),
	}
	p.Run(ctx)
}

// lookUpWith shares one resolver among all lookups, as an application does that dials or uses net.DefaultResolver: of
// lookups of one name that overlap only the first sends queries, and the others wait for its result.
func lookUpWith(name string, unshared bool) func() probe.Result {
	shared := &net.Resolver{PreferGo: true}
	return func() probe.Result {
		resolver := shared
		if unshared {
			resolver = &net.Resolver{PreferGo: true}
		}
		addresses, err := resolver.LookupNetIP(context.Background(), "ip", name)
		if err != nil {
			return failure(err)
		}
		answers := make([]string, len(addresses))
		for i, address := range addresses {
			answers[i] = address.Unmap().String()
		}
		return probe.Result{Answers: answers}
	}
}

func failure(err error) probe.Result {
	if text := err.Error(); strings.Contains(text, "too many open files") || strings.Contains(text, "cannot allocate memory") {
		return probe.Result{Trouble: text}
	}
	var dns *net.DNSError
	if !errors.As(err, &dns) {
		return probe.Result{Error: err.Error()}
	}
	if dns.IsTimeout {
		return probe.Result{Error: "timeout"}
	}
	// `read udp 10.244.1.7:41234->169.254.20.10:53: read: connection refused`: ports would make each error a kind of its own.
	parts := strings.Split(dns.Err, ": ")
	return probe.Result{Error: parts[len(parts)-1]}
}
