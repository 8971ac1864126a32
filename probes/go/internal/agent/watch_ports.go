package agent

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"io/fs"
	"net/netip"
	"slices"
	"strings"

	"nodelocal-drill/probes/internal/monotonic"
)

const (
	dnsPort      = ":0035"
	stateListens = "0A" // TCP_LISTEN in include/net/tcp_states.h
)

type boundPort struct {
	address netip.Addr
	proto   string
}

// portWatch tells when port 53 of the local addresses is bound, by the socket tables of the agent's network namespace.
type portWatch struct {
	proc      fs.FS
	output    *outbox
	addresses []netip.Addr
	bound     map[boundPort]bool
}

func newPortWatch(proc fs.FS, output *outbox, addresses []netip.Addr) *portWatch {
	return &portWatch{proc, output, addresses, map[boundPort]bool{}}
}

func (w *portWatch) look() {
	for _, proto := range []string{"udp", "tcp"} {
		listeners, err := w.listeners(proto)
		if err != nil {
			continue
		}
		atNs := monotonic.NowNs()
		for _, address := range w.addresses {
			w.tell(atNs, boundPort{address, proto}, slices.ContainsFunc(listeners, func(listener netip.Addr) bool {
				// A socket on the IPv6 wildcard takes IPv4 too, unless it was told not to; no table tells which.
				return listener == address || (listener.IsUnspecified() && (listener.Is6() || address.Is4()))
			}))
		}
	}
}

// missing tells whether a watched address has a port that is not bound.
func (w *portWatch) missing() bool {
	for _, address := range w.addresses {
		if !w.bound[boundPort{address, "udp"}] || !w.bound[boundPort{address, "tcp"}] {
			return true
		}
	}
	return false
}

func (w *portWatch) tell(atNs int64, port boundPort, bound bool) {
	if bound == w.bound[port] {
		return
	}
	w.bound[port] = bound
	event := "port-unbound"
	if bound {
		event = "port-bound"
	}
	w.output.Print(answer{"event": event, "atNs": atNs, "address": port.address.String(), "proto": port.proto})
}

func (w *portWatch) listeners(proto string) ([]netip.Addr, error) {
	if proto == "tcp" {
		if found, err := tcpListeners(); err == nil {
			return found, nil
		}
		// A kernel without CONFIG_INET_TCP_DIAG: the table tells the same, only slower.
	}
	var found []netip.Addr
	for _, family := range []string{"", "6"} {
		table, err := fs.ReadFile(w.proc, "self/net/"+proto+family)
		if err != nil {
			if gone(err) {
				continue // a kernel without IPv6
			}
			return nil, err
		}
		found = append(found, listenersIn(table, proto == "tcp")...)
	}
	return found, nil
}

// listenersIn reads the local addresses with port 53 from a table of /proc/net. UDP sockets with a peer (clients that
// happen to use port 53) and TCP connections do not count.
func listenersIn(table []byte, onlyListening bool) []netip.Addr {
	var found []netip.Addr
	for scanner := bufio.NewScanner(bytes.NewReader(table)); scanner.Scan(); {
		line := scanner.Text()
		if !strings.Contains(line, dnsPort) {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasSuffix(fields[1], dnsPort) || !strings.HasSuffix(fields[2], ":0000") {
			continue
		}
		if onlyListening && fields[3] != stateListens {
			continue
		}
		if address, ok := parseTableAddress(strings.TrimSuffix(fields[1], dnsPort)); ok {
			found = append(found, address)
		}
	}
	return found
}

// parseTableAddress reads an address as /proc/net prints it: groups of four bytes, each group in the machine's order
// (little-endian on all machines that the suite runs on).
func parseTableAddress(text string) (netip.Addr, bool) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw)%4 != 0 {
		return netip.Addr{}, false
	}
	for group := 0; group < len(raw); group += 4 {
		slices.Reverse(raw[group : group+4])
	}
	address, ok := netip.AddrFromSlice(raw)
	return address.Unmap(), ok
}
