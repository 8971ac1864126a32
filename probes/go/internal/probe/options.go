package probe

import (
	"errors"
	"flag"
	"fmt"
	"time"
)

// Options are what every probe is told; see ../../../PROTOCOL.md.
type Options struct {
	Name        string
	Interval    time.Duration
	MaxInFlight int
	Drain       time.Duration
	// Unshared gives each lookup a resolver of its own (Go only).
	Unshared bool
}

// ParseOptions reads a command line without the program's name.
func ParseOptions(arguments []string) (Options, error) {
	flags := flag.NewFlagSet("probe-go", flag.ContinueOnError)
	name := flags.String("name", "", "what is looked up, as it is")
	intervalMs := flags.Int("interval-ms", 50, "a lookup is due every so many milliseconds, 10 at least")
	maxInFlight := flags.Int("max-in-flight", 512, "lookups under way at once; one that is due beyond that is unsent")
	drainMs := flags.Int("drain-ms", 45000, "how long to wait for lookups in flight after SIGTERM")
	unshared := flags.Bool("unshared", false, "a resolver for each lookup: Go's own merges lookups of one name that overlap")
	if err := flags.Parse(arguments); err != nil {
		return Options{}, err
	}
	options := Options{
		Name:        *name,
		Interval:    time.Duration(*intervalMs) * time.Millisecond,
		MaxInFlight: *maxInFlight,
		Drain:       time.Duration(*drainMs) * time.Millisecond,
		Unshared:    *unshared,
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
	case o.Drain < 0:
		return errors.New("--drain-ms is 0 at least")
	}
	return nil
}
