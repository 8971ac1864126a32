package agent

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"nodelocal-drill/probes/internal/dnswire"
	"nodelocal-drill/probes/internal/monotonic"
)

const (
	// mostResponses bounds the memory of a capture: about 120 bytes each, so 60 MB.
	mostResponses = 500_000
	// mostOpenQueries bounds what a probe remembers while nothing answers; the oldest is forgotten first.
	mostOpenQueries   = 8192
	responsesPerLine  = 200
	longestDNSPacket  = 9000
	ttlOfNoHop        = 64 // what Linux gives a packet (net.ipv4.ip_default_ttl, net.ipv6 hop_limit)
	controlBufferSize = 128
)

type captureTarget struct {
	Probe       string `json:"probe"`
	ContainerID string `json:"containerId"`
	PodIP       string `json:"podIp"`
}

// readEvery is how often the sockets are emptied. The kernel stamps packets as they pass, so nothing is gained by being woken for
// each of some thousand a second, which would cost more than all else that the agent does.
const readEvery = 100 * time.Millisecond

// capture records the DNS responses that arrive at some probes.
type capture struct {
	probes []*probeCapture
	ending chan struct{}
	ended  sync.WaitGroup
}

type probeCapture struct {
	probe string
	file  *os.File
	room  *budget
	open  map[queryKey]int64 // when each query left that has no response yet
	order []queryKey         // the same, the oldest first
	found []response
	lost  int
}

// queryKey is what a response has in common with its query.
type queryKey struct {
	server netip.Addr
	local  uint16
	id     uint16
	name   string
	kind   uint16
	tcp    bool
}

type response struct {
	atNs, queryAtNs int64 // queryAtNs is 0 when the query was not seen
	server          netip.Addr
	name            string
	kind            uint16
	rcode           uint8
	tcp, ownNode    bool
}

func (a *Agent) startCapture(targets []captureTarget) error {
	if a.capture != nil {
		return errors.New("a capture is under way already; `captured` ends it")
	}
	c := &capture{ending: make(chan struct{})}
	room := &budget{left: mostResponses}
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
		p := &probeCapture{probe: target.Probe, file: file, room: room, open: map[queryKey]int64{}}
		c.probes = append(c.probes, p)
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
		for from := 0; from < len(p.found); from += responsesPerLine {
			lines := make([][]any, 0, responsesPerLine)
			for _, r := range p.found[from:min(from+responsesPerLine, len(p.found))] {
				lines = append(lines, r.line())
			}
			a.output.Print(map[string]any{"capture": map[string]any{"probe": p.probe, "lines": lines}})
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
	data, control := make([]byte, longestDNSPacket), make([]byte, controlBufferSize)
	for ending := false; !ending; {
		select {
		case <-c.ending:
			ending = true
		case <-ticker.C:
		}
		for _, p := range c.probes {
			p.empty(data, control)
		}
	}
}

func (p *probeCapture) readDrops() {
	if connection, err := p.file.SyscallConn(); err == nil {
		_ = connection.Control(func(socket uintptr) { p.room.lose(p, kernelDrops(int(socket))) })
	}
}

// empty takes all packets that have arrived, and waits for none.
func (p *probeCapture) empty(data, control []byte) {
	connection, err := p.file.SyscallConn()
	if err != nil {
		return
	}
	_ = connection.Control(func(socket uintptr) {
		for {
			length, controlLength, _, from, failure := unix.Recvmsg(int(socket), data, control, unix.MSG_DONTWAIT)
			if errors.Is(failure, unix.EINTR) {
				continue
			}
			// No more for now. Any other failure is of the link (ENETDOWN when it goes), not of the socket: the next round sees.
			if failure != nil {
				return
			}
			link, known := from.(*unix.SockaddrLinklayer)
			if !known {
				continue
			}
			for _, seen := range parsePacket(data[:length]) {
				p.take(seen, stampNs(control[:controlLength]), link.Pkttype == unix.PACKET_OUTGOING)
			}
		}
	})
}

// take pairs queries that leave with responses that arrive. On the loopback link every packet is seen both ways.
func (p *probeCapture) take(seen packet, atNs int64, outgoing bool) {
	m := seen.message
	key := queryKey{seen.server, seen.local, m.ID, m.Name, m.Type, seen.tcp}
	if !m.Response {
		if outgoing {
			p.remember(key, atNs)
		}
		return
	}
	if outgoing {
		return
	}
	queryAtNs := p.open[key]
	delete(p.open, key)
	if !p.room.take() {
		p.room.lose(p, 1)
		return
	}
	p.found = append(p.found, response{atNs, queryAtNs, seen.server, m.Name, m.Type, m.Rcode, seen.tcp, seen.ttl == ttlOfNoHop})
}

func (p *probeCapture) remember(key queryKey, atNs int64) {
	if len(p.order) == mostOpenQueries {
		delete(p.open, p.order[0])
		p.order = p.order[1:]
	}
	p.order = append(p.order, key)
	p.open[key] = atNs
}

func (r response) line() []any {
	from, tcp := "elsewhere", 0
	if r.ownNode {
		from = "own-node"
	}
	if r.tcp {
		tcp = 1
	}
	var queryAtNs any
	if r.queryAtNs != 0 {
		queryAtNs = r.queryAtNs
	}
	return []any{r.atNs, r.server.String(), from, queryAtNs, r.name, dnswire.TypeName(r.kind), dnswire.RcodeName(r.rcode), tcp}
}

// stampNs is when the kernel saw the packet; now, when it does not say.
func stampNs(control []byte) int64 {
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return monotonic.NowNs()
	}
	for _, message := range messages {
		if message.Header.Level == unix.SOL_SOCKET && message.Header.Type == unix.SCM_TIMESTAMPNS && len(message.Data) >= 16 {
			return monotonic.OfRecentRealTime(timespecNs(message.Data))
		}
	}
	return monotonic.NowNs()
}
