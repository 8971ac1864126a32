package agent

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"nodelocal-drill/probes/internal/monotonic"
)

const (
	// mostResponses bounds the memory of a capture: 32 bytes each, so 16 MB.
	mostResponses    = 500_000
	responsesPerLine = 200
	// readEvery is how often the sockets are emptied. The kernel stamps packets as they pass, and keeps a minute of a busy probe's, so
	// nothing is gained by being woken more often, which would cost more than all else that the agent does.
	readEvery = 500 * time.Millisecond
)

type captureTarget struct {
	Probe       string `json:"probe"`
	ContainerID string `json:"containerId"`
	PodIP       string `json:"podIp"`
}

// capture records the DNS responses that arrive at some probes.
type capture struct {
	probes []*probeCapture
	ending chan struct{}
	ended  sync.WaitGroup
}

func (a *Agent) startCapture(targets []captureTarget) error {
	if a.capture != nil {
		return errors.New("a capture is under way already; `captured` ends it")
	}
	c := &capture{ending: make(chan struct{})}
	shared := newRecorded(mostResponses)
	for _, target := range targets {
		found, err := mainProcess(a.proc, target.ContainerID)
		if err != nil {
			c.end()
			return fmt.Errorf("probe %s: %w", target.Probe, err)
		}
		file, err := openPacketSocket(found.pid)
		if err != nil {
			c.end()
			return fmt.Errorf("probe %s: %w", target.Probe, err)
		}
		c.probes = append(c.probes, newProbeCapture(target.Probe, file, shared))
	}
	c.ended.Go(c.record)
	a.capture = c
	return nil
}

// captured ends the capture and prints what it saw.
func (a *Agent) captured() (answer, error) {
	c := a.capture
	if c == nil {
		return nil, errors.New("no capture is under way")
	}
	a.capture = nil
	c.end()
	responses, dropped := 0, 0
	for _, p := range c.probes {
		for some := range slices.Chunk(p.found, responsesPerLine) {
			a.output.Keep(func() any { return answer{"capture": answer{"probe": p.probe, "lines": p.shared.lines(some)}} })
		}
		responses += len(p.found)
		dropped += p.lost
	}
	return answer{"responses": responses, "dropped": dropped}, nil
}

func (c *capture) end() {
	close(c.ending)
	c.ended.Wait()
	for _, p := range c.probes {
		p.readDrops()
		p.file.Close()
	}
}

// record empties all sockets again and again, and once more at the end.
func (c *capture) record() {
	ticker := time.NewTicker(readEvery)
	defer ticker.Stop()
	into := newBatch()
	for ending := false; !ending; {
		select {
		case <-c.ending:
			ending = true
		case <-ticker.C:
		}
		for _, p := range c.probes {
			p.empty(into)
		}
	}
}

func (p *probeCapture) readDrops() {
	if connection, err := p.file.SyscallConn(); err == nil {
		_ = connection.Control(func(socket uintptr) { p.lost += kernelDrops(int(socket)) })
	}
}

// empty takes all packets that have arrived, and waits for none.
func (p *probeCapture) empty(into *batch) {
	connection, err := p.file.SyscallConn()
	if err != nil {
		return
	}
	_ = connection.Control(func(socket uintptr) {
		for received := batchSize; received == batchSize; {
			received = into.receive(socket)
			if received > 0 {
				p.readAll(into, received)
			}
		}
	})
}

func (p *probeCapture) readAll(packets *batch, received int) {
	aheadNs := monotonic.RealTimeAheadNs()
	for i := range received {
		atNs := monotonic.NowNs()
		if realNs, stamped := packets.realNs(i); stamped {
			atNs = realNs - aheadNs
		}
		p.read(packets.packet(i), atNs, packets.outgoing(i))
	}
}
