// Package probe starts lookups at fixed times, whatever became of the earlier ones, and prints a line for each.
package probe

import (
	"context"
	"encoding/json"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"nodelocal-drill/probes/internal/jsonline"
	"nodelocal-drill/probes/internal/monotonic"
)

const (
	firstDueAfter = 100 * time.Millisecond
	// mostAnswers keeps a line under longestLine.
	mostAnswers = 80
	// mostResolvConf does so for the first line.
	mostResolvConf = 3000
)

// Result is what became of one lookup.
type Result struct {
	Answers []string
	// Error is the resolver's own code; empty when it answered.
	Error string
	// Trouble is a shortage of the program itself, which says nothing about the nameservers.
	Trouble string
}

// Probe runs one schedule.
type Probe struct {
	Resolver string
	Version  string
	Options  Options
	LookUp   func() Result
	Output   *jsonline.Writer

	mutex    sync.Mutex // guards all below
	interval time.Duration
	batch    batch
	flushing bool // a timer runs, after which what was gathered is printed
	inFlight map[*lookup]struct{}
	drained  chan struct{} // closed when nothing is in flight any more, once the probe is stopping
	stopping bool
}

type lookup struct {
	seq                   int
	dueNs, startNs, endNs int64
}

type hello struct {
	Resolver   string `json:"resolver"`
	Version    string `json:"version"`
	BootID     string `json:"bootId"`
	FirstDueNs int64  `json:"firstDueNs"`
	IntervalNs int64  `json:"intervalNs"`
	ResolvConf string `json:"resolvConf"`
}

type line struct {
	Seq     int      `json:"seq"`
	DueNs   int64    `json:"dueNs"`
	StartNs int64    `json:"startNs"`
	EndNs   int64    `json:"endNs"`
	Outcome string   `json:"outcome"`
	Answers []string `json:"answers"`
	Error   *string  `json:"error"`
}

// Run looks up until the context ends, then drains.
func (p *Probe) Run(ctx context.Context) {
	p.inFlight = map[*lookup]struct{}{}
	p.drained = make(chan struct{})
	p.interval = p.Options.Interval
	slower := make(chan os.Signal, 16)
	signal.Notify(slower, syscall.SIGUSR2)
	dueNs := monotonic.NowNs() + firstDueAfter.Nanoseconds()
	p.Output.Print(map[string]hello{"hello": {
		Resolver: p.Resolver, Version: p.Version, BootID: monotonic.BootID(),
		FirstDueNs: dueNs, IntervalNs: p.Options.Interval.Nanoseconds(), ResolvConf: resolvConf(),
	}})
	p.Output.Flush()
	if p.Options.StartBySignal {
		dueNs = p.waitForStart(ctx, slower, dueNs)
	}

	seq := 0
	for ; waitUntil(ctx, dueNs); dueNs += p.interval.Nanoseconds() {
		p.start(seq, dueNs)
		seq++
		p.slowDown(slower)
	}

	p.drain()
	p.flush()
	p.Output.Print(map[string]any{"end": map[string]int{"seq": seq}})
	p.Output.Flush()
}

// waitForStart waits for the first signal, and returns the next due time that is a whole number of intervals after the given one.
func (p *Probe) waitForStart(ctx context.Context, start <-chan os.Signal, firstDueNs int64) int64 {
	select {
	case <-ctx.Done():
	case <-start:
	}
	pastNs, everyNs := monotonic.NowNs()-firstDueNs, p.interval.Nanoseconds()
	if pastNs <= 0 {
		return firstDueNs
	}
	return firstDueNs + (pastNs/everyNs+1)*everyNs
}

// slowDown doubles the interval for each signal.
func (p *Probe) slowDown(slower <-chan os.Signal) {
	for {
		select {
		case <-slower:
			p.mutex.Lock()
			p.interval *= 2
			p.mutex.Unlock()
		default:
			return
		}
	}
}

// waitUntil sleeps until an absolute time; false when the probe has to stop.
func waitUntil(ctx context.Context, dueNs int64) bool {
	timer := time.NewTimer(monotonic.Until(dueNs))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}

func (p *Probe) start(seq int, dueNs int64) {
	l := &lookup{seq: seq, dueNs: dueNs}
	p.mutex.Lock()
	full := len(p.inFlight) >= p.Options.MaxInFlight
	if !full {
		p.inFlight[l] = struct{}{}
	} else {
		p.printUnsent(l)
	}
	p.mutex.Unlock()
	if !full {
		go p.run(l)
	}
}

func (p *Probe) run(l *lookup) {
	startNs := monotonic.NowNs()
	p.mutex.Lock()
	l.startNs = startNs
	p.mutex.Unlock()
	result := p.LookUp()
	endNs := monotonic.NowNs()

	// Printed under the lock: a lookup is printed once, here or as abandoned, and never after the last line.
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if _, mine := p.inFlight[l]; !mine {
		return
	}
	delete(p.inFlight, l)
	l.endNs = endNs
	switch {
	case result.Trouble != "":
		p.Output.Print(map[string]string{"trouble": result.Trouble})
		p.printUnsent(l)
	case result.Error != "":
		p.print(l, "failed", nil, &result.Error)
	default:
		p.print(l, "answered", result.Answers, nil)
	}
	if p.stopping && len(p.inFlight) == 0 {
		close(p.drained)
	}
}

// drain waits for the lookups in flight, but no longer than was asked; what is left then is given up.
func (p *Probe) drain() {
	p.mutex.Lock()
	p.stopping = true
	none := len(p.inFlight) == 0
	p.mutex.Unlock()
	if none {
		return
	}
	select {
	case <-p.drained:
		return
	case <-time.After(p.Options.Drain):
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for l := range p.inFlight {
		delete(p.inFlight, l)
		l.endNs = monotonic.NowNs()
		if l.startNs == 0 {
			l.startNs = l.dueNs
		}
		p.print(l, "abandoned", nil, nil)
	}
}

func (p *Probe) printUnsent(l *lookup) {
	p.print(&lookup{l.seq, l.dueNs, l.dueNs, monotonic.NowNs()}, "unsent", nil, nil)
}

// print is called with the mutex held.
func (p *Probe) print(l *lookup, outcome string, answers []string, code *string) {
	if answers == nil {
		answers = []string{}
	}
	answers = answers[:min(len(answers), mostAnswers)]
	if p.Options.Single {
		p.Output.Print(line{l.seq, l.dueNs, l.startNs, l.endNs, outcome, answers, code})
		return
	}
	result, otherwise := resultOf(outcome, answers, code)
	if !p.batch.add(l, p.interval.Nanoseconds(), result, otherwise) {
		p.Output.Print(p.batch.line())
		p.batch.add(l, p.interval.Nanoseconds(), result, otherwise) // into an empty one: it always fits
	}
	if p.interval >= p.Options.Gather {
		p.Output.Print(p.batch.line())
	} else if !p.flushing {
		p.flushing = true
		time.AfterFunc(p.Options.Gather, p.flush)
	}
}

// flush prints what was gathered.
func (p *Probe) flush() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.flushing = false
	if p.batch.lookups > 0 {
		p.Output.Print(p.batch.line())
	}
	p.Output.Flush()
}

// resultOf is what came of a lookup as JSON, or what its row says instead.
func resultOf(outcome string, answers []string, code *string) (result string, otherwise int) {
	switch outcome {
	case "answered":
		return asJSON(answers), 0
	case "failed":
		return asJSON(*code), 0
	case "unsent":
		return "", unsent
	default:
		return "", abandoned
	}
}

func asJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // strings can always be told
	}
	return string(text)
}

func resolvConf() string {
	text, err := os.ReadFile("/etc/resolv.conf")
	if err != nil {
		return ""
	}
	return string(text[:min(len(text), mostResolvConf)])
}
