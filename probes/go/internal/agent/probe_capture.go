package agent

import (
	"net/netip"
	"os"
	"slices"

	"nodelocal-drill/probes/internal/dnswire"
)

const (
	// mostOpenQueries bounds what a probe remembers while nothing answers; the oldest is forgotten first.
	mostOpenQueries = 8192
	ttlOfNoHop      = 64 // what Linux gives a packet (net.ipv4.ip_default_ttl, net.ipv6 hop_limit)
)

// recorded is what all probes of a capture share; while that is under way only its own goroutine uses it.
type recorded struct {
	parser  parser
	names   *interned
	servers []netip.Addr
	room    int // for so many responses
}

// probeCapture pairs the queries and responses of one probe.
type probeCapture struct {
	probe  string
	file   *os.File
	shared *recorded
	open   map[queryKey]int64 // when each query left that has no response yet
	order  []queryKey         // the queries that left last, around from `oldest`
	oldest int
	found  []response
	lost   int
}

// queryKey is what a response has in common with its query.
type queryKey struct {
	name, server uint16
	local        uint16
	id           uint16
	kind         uint16
	tcp          bool
}

type response struct {
	atNs, queryAtNs int64 // queryAtNs is 0 when the query was not seen
	name, server    uint16
	kind            uint16
	rcode           uint8
	tcp, ownNode    bool
}

func newRecorded(room int) *recorded { return &recorded{names: newInterned(), room: room} }

func newProbeCapture(probe string, file *os.File, shared *recorded) *probeCapture {
	return &probeCapture{probe: probe, file: file, shared: shared, open: map[queryKey]int64{}}
}

func (p *probeCapture) read(data []byte, atNs int64, outgoing bool) {
	for _, seen := range p.shared.parser.parse(data) {
		// What comes back over the loopback link was seen as it left.
		if seen.message.Response != outgoing {
			p.take(seen, atNs)
		}
	}
}

func (p *probeCapture) take(seen packet, atNs int64) {
	name, named := p.shared.names.number(seen.name)
	server, numbered := p.shared.server(seen.server)
	if !named || !numbered {
		p.lost++
		return
	}
	m := seen.message
	key := queryKey{name, server, seen.local, m.ID, m.Type, seen.tcp}
	if !m.Response {
		p.remember(key, atNs)
		return
	}
	queryAtNs := p.open[key]
	delete(p.open, key)
	if p.shared.room == 0 {
		p.lost++
		return
	}
	p.shared.room--
	p.found = append(p.found, response{atNs, queryAtNs, name, server, m.Type, m.Rcode, seen.tcp, seen.ttl == ttlOfNoHop})
}

func (p *probeCapture) remember(key queryKey, atNs int64) {
	if len(p.order) < mostOpenQueries {
		p.order = append(p.order, key)
	} else {
		delete(p.open, p.order[p.oldest])
		p.order[p.oldest] = key
		p.oldest = (p.oldest + 1) % mostOpenQueries
	}
	p.open[key] = atNs
}

// server gives each server a number; a probe has some few.
func (r *recorded) server(address netip.Addr) (uint16, bool) {
	number := slices.Index(r.servers, address)
	if number < 0 {
		number = len(r.servers)
		if number == mostInterned {
			return 0, false
		}
		r.servers = append(r.servers, address)
	}
	return uint16(number), true
}

// lines are responses as they are printed.
func (r *recorded) lines(responses []response) [][]any {
	lines := make([][]any, len(responses))
	for i, each := range responses {
		from, tcp := "elsewhere", 0
		if each.ownNode {
			from = "own-node"
		}
		if each.tcp {
			tcp = 1
		}
		var queryAtNs any
		if each.queryAtNs != 0 {
			queryAtNs = each.queryAtNs
		}
		server, name := r.servers[each.server].String(), r.names.names[each.name]
		lines[i] = []any{each.atNs, server, from, queryAtNs, name, dnswire.TypeName(each.kind), dnswire.RcodeName(each.rcode), tcp}
	}
	return lines
}
