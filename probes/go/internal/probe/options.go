package probe

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"nodelocal-drill/probes/internal/jsonline"
)

// Options are what every probe is told; see ../../../PROTOCOL.md.
type Options struct {
	Name        string
	Interval    time.Duration
	MaxInFlight int
	Drain       time.Duration
	// Gather is how long a lookup that has ended may wait for others, to be printed with them.
	Gather time.Duration
	// Single prints a line for each lookup; else a line holds many.
	Single bool
	// StartBySignal waits for SIGUSR2 before the first lookup.
	StartBySignal bool
}

// ParseOptions reads a command line without the program's name. A program that has flags of its own adds them.
func ParseOptions(program string, arguments []string, own func(*flag.FlagSet)) (Options, error) {
	flags := flag.NewFlagSet(program, flag.ContinueOnError)
	own(flags)
	name := flags.String("name", "", "what is looked up, as it is")
	intervalMs := flags.Int("interval-ms", 50, "a lookup is due every so many milliseconds, 10 at least")
	maxInFlight := flags.Int("max-in-flight", 512, "lookups under way at once; one that is due beyond that is unsent")
	drainMs := flags.Int("drain-ms", 45000, "how long to wait for lookups in flight after SIGTERM")
	gatherMs := flags.Int("gather-ms", 1000, "how long a lookup that has ended may wait for others, to be printed with them")
	lines := flags.String("lines", "batch", "batch: many lookups in one line; single: a line for each")
	start := flags.String("start", "now", "now, or signal: the first lookup waits for SIGUSR2")
	if err := flags.Parse(arguments); err != nil {
		return Options{}, err
	}
	options := Options{
		Name:        *name,
		Interval:    time.Duration(*intervalMs) * time.Millisecond,
		MaxInFlight: *maxInFlight,
		Drain:       time.Duration(*drainMs) * time.Millisecond,
		Gather:      time.Duration(*gatherMs) * time.Millisecond,
		Single:      *lines == "single",

		StartBySignal: *start == "signal",
	}
	if *lines != "batch" && *lines != "single" {
		return options, fmt.Errorf("--lines takes batch or single, not %q", *lines)
	}
	if *start != "now" && *start != "signal" {
		return options, fmt.Errorf("--start takes now or signal, not %q", *start)
	}
	return options, options.check(flags.Args())
}

func (o Options) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q", rest[0])
	case o.Name == "":
		return errors.New("--name is missing")
	case o.Interval < 10*time.Millisecond:
		return fmt.Errorf("--interval-ms is 10 at least, not %d", o.Interval.Milliseconds())
	case o.MaxInFlight < 1 || o.MaxInFlight > 4096:
		return fmt.Errorf("--max-in-flight is 1 to 4096, not %d", o.MaxInFlight)
	case o.Gather < time.Millisecond || o.Gather > 10*time.Second:
		return fmt.Errorf("--gather-ms is 1 to 10000, not %d", o.Gather.Milliseconds())
	case o.Drain < 0:
		return errors.New("--drain-ms is 0 at least")
	}
	return nil
}

// Lines is where a probe's lines go: single ones wait for others, batches have waited already.
func Lines(options Options) *jsonline.Writer {
	if options.Single && options.Interval < options.Gather {
		return jsonline.Gathering(os.Stdout, options.Gather)
	}
	return jsonline.To(os.Stdout)
}
