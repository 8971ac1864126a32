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
	"slices"
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

var errUsage = errors.New("usage: agent hold [--limit-s N] [--grace-s N] [--socket PATH] | agent attach [--socket PATH] | agent carry [--every-ms N], N at least 1")

func main() {
	// It shares the node with what it watches.
	runtime.GOMAXPROCS(1)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintf(os.Stderr, "agent: %v\n", err)
		}
		os.Exit(exitCodeOf(err))
	}
}

// socketPath is in the container's own file system; the network namespace, and with it all abstract sockets, is the node's.
const socketPath = "/agent.sock"

func run(ctx context.Context, arguments []string) error {
	if len(arguments) == 0 {
		return errUsage
	}
	command, rest := arguments[0], arguments[1:]
	flags := flag.NewFlagSet("agent "+command, flag.ContinueOnError)
	socket := flags.String("socket", socketPath, "where sessions attach")
	switch command {
	case "hold":
		limitS := flags.Int("limit-s", 600, "so many seconds after the first session began everything is reverted, whoever still listens")
		graceS := flags.Int("grace-s", 30, "after so many seconds without a sign of life of the suite everything is reverted")
		if err := parse(flags, rest, limitS, graceS); err != nil {
			return err
		}
		listener, err := agent.Listen(*socket)
		if err != nil {
			return err
		}
		options := agent.HoldOptions{Limit: time.Duration(*limitS) * time.Second, Grace: time.Duration(*graceS) * time.Second}
		return agent.Hold(ctx, agent.New(os.DirFS("/proc")), listener, options)
	case "attach":
		if err := parse(flags, rest); err != nil {
			return err
		}
		return agent.Attach(*socket, os.Stdin, os.Stdout)
	case "carry":
		everyMs := flags.Int("every-ms", 500, "how often the logs are looked at")
		if err := parse(flags, rest, everyMs); err != nil {
			return err
		}
		every := time.Duration(*everyMs) * time.Millisecond
		// What is said at one look goes out at once, but in one write.
		carry.Carry(ctx, os.Stdin, jsonline.Gathering(os.Stdout, every), nodeRoot, every)
		return nil
	default:
		return errUsage
	}
}

func parse(flags *flag.FlagSet, arguments []string, atLeastOne ...*int) error {
	if err := flags.Parse(arguments); err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if flags.NArg() > 0 || slices.ContainsFunc(atLeastOne, func(value *int) bool { return *value < 1 }) {
		return errUsage
	}
	return nil
}

func exitCodeOf(err error) int {
	if errors.Is(err, errUsage) {
		return usageExitCode
	}
	return 1
}
