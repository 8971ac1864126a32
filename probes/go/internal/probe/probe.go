// Package probe starts lookups at fixed times, whatever became of the earlier ones, and prints a line for each.
package probe

import (
	"context"
	"os"
	"sync"
	"time"

	"nodelocal-drill/probes/internal/jsonline"
	"nodelocal-drill/probes/internal/monotonic"
)

const (
	firstDueAfter = 100 * time.Millisecond
	// mostAnswers keeps a line under 4,000 bytes.
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

	mutex    sync.Mutex
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
	firstDueNs := monotonic.NowNs() + firstDueAfter.Nanoseconds()
	p.Output.Print(map[string]hello{"hello": {
		Resolver: p.Resolver, Version: p.Version, BootID: monotonic.BootID(),
		FirstDueNs: firstDueNs, IntervalNs: p.Options.Interval.Nanoseconds(), ResolvConf: resolvConf(),
	}})
	p.Output.Flush()

	seq := 0
	for dueNs := firstDueNs; waitUntil(ctx, dueNs); dueNs += p.Options.Interval.Nanoseconds() {
		p.start(seq, dueNs)
		seq++
	}

	p.drain()
	p.Output.Print(map[string]any{"end": map[string]int{"seq": seq}})
	p.Output.Flush()
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
	}
	p.mutex.Unlock()
	if full {
		p.printUnsent(l)
		return
	}
	go p.run(l)
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

func (p *Probe) print(l *lookup, outcome string, answers []string, code *string) {
	if answers == nil {
		answers = []string{}
	}
	p.Output.Print(line{l.seq, l.dueNs, l.startNs, l.endNs, outcome, answers[:min(len(answers), mostAnswers)], code})
}

func resolvConf() string {
	text, err := os.ReadFile("/etc/resolv.conf")
	if err != nil {
		return ""
	}
	return string(text[:min(len(text), mostResolvConf)])
}
