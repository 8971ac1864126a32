// The node agent: finds and signals a container's process, watches the node, and captures packets (../../../PROTOCOL.md).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"nodelocal-drill/probes/internal/agent"
	"nodelocal-drill/probes/internal/carry"
	"nodelocal-drill/probes/internal/jsonline"
)

const (
	usageExitCode = 64
	// nodeRoot is the node's file system, as a process in its PID namespace sees it.
	nodeRoot = "/proc/1/root"
)

func main() {
	// It shares the node with what it watches.
	runtime.GOMAXPROCS(1)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(os.Stderr, "agent: %v\n", err)
		}
		os.Exit(usageExitCode)
	}
}

func run(ctx context.Context, arguments []string) error {
	if len(arguments) == 0 {
		return errors.New("usage: agent wait | agent serve --limit-s 600 | agent carry --every-ms 500")
	}
	switch command, rest := arguments[0], arguments[1:]; command {
	case "wait":
		<-ctx.Done()
		return nil
	case "serve":
		flags := flag.NewFlagSet("agent serve", flag.ContinueOnError)
		limitS := flags.Int("limit-s", 600, "after so many seconds everything is reverted, whoever still listens")
		if err := flags.Parse(rest); err != nil {
			return err
		}
		if flags.NArg() > 0 || *limitS < 1 {
			return errors.New("usage: agent serve --limit-s N, N at least 1")
		}
		ctx, cancel := context.WithTimeout(ctx, time.Duration(*limitS)*time.Second)
		defer cancel()
		agent.New(os.DirFS("/proc"), jsonline.To(os.Stdout)).Serve(ctx, os.Stdin)
		return nil
	case "carry":
		flags := flag.NewFlagSet("agent carry", flag.ContinueOnError)
		everyMs := flags.Int("every-ms", 500, "how often the logs are looked at")
		if err := flags.Parse(rest); err != nil {
			return err
		}
		if flags.NArg() > 0 || *everyMs < 1 {
			return errors.New("usage: agent carry --every-ms N, N at least 1")
		}
		every := time.Duration(*everyMs) * time.Millisecond
		// What is said at one look goes out at once, but in one write.
		carry.Carry(ctx, os.Stdin, jsonline.Gathering(os.Stdout, every), nodeRoot, every)
		return nil
	default:
		return fmt.Errorf("unknown command %q", command)
	}
}
