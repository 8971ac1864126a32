package agent

import (
	"encoding/binary"
	"net/netip"
	"testing"
)

const question = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x04test\x00\x00\x01\x00\x01"

func message(response bool) []byte {
	data := []byte(question)
	if response {
		data[2] = 0x81
	}
	return data
}

func ports(from, to uint16) []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, from), to)
}

func udp(from, to uint16, payload []byte) []byte {
	return append(append(ports(from, to), 0, byte(8+len(payload)), 0, 0), payload...)
}

func tcp(from, to uint16, payload []byte) []byte {
	header := append(ports(from, to), make([]byte, 16)...)
	header[12] = 8 << 4 // with 12 bytes of options, as segments with time stamps have
	header = append(header, make([]byte, 12)...)
	return append(append(header, 0, byte(len(payload))), payload...)
}

func ipv4(ttl, protocol byte, from, to string, segment []byte) []byte {
	packet := make([]byte, 20, 20+len(segment))
	packet[0], packet[8], packet[9] = 0x45, ttl, protocol
	binary.BigEndian.PutUint16(packet[2:], uint16(20+len(segment)))
	copy(packet[12:], netip.MustParseAddr(from).AsSlice())
	copy(packet[16:], netip.MustParseAddr(to).AsSlice())
	return append(packet, segment...)
}

func ipv6(hops, protocol byte, from, to string, segment []byte) []byte {
	packet := make([]byte, 40, 40+len(segment))
	packet[0], packet[6], packet[7] = 0x60, protocol, hops
	copy(packet[8:], netip.MustParseAddr(from).AsSlice())
	copy(packet[24:], netip.MustParseAddr(to).AsSlice())
	return append(packet, segment...)
}

func TestParsePacket(t *testing.T) {
	const pod, server = "10.244.1.7", "169.254.20.10"
	padded := append(ipv4(64, 17, pod, server, udp(4444, 53, message(false))), 0, 0, 0)
	for _, test := range []struct {
		what   string
		data   []byte
		server string
		ttl    uint8
		tcp    bool
	}{
		{"query", ipv4(64, 17, pod, server, udp(4444, 53, message(false))), server, 64, false},
		{"query with the link's padding", padded, server, 64, false},
		{"response", ipv4(62, 17, server, pod, udp(53, 4444, message(true))), server, 62, false},
		{"query over TCP", ipv4(64, 6, pod, server, tcp(4444, 53, message(false))), server, 64, true},
		{"response over TCP", ipv4(63, 6, server, pod, tcp(53, 4444, message(true))), server, 63, true},
		{"response over IPv6", ipv6(61, 17, "fd00::a", "fd00::7", udp(53, 4444, message(true))), "fd00::a", 61, false},
	} {
		all := new(parser).parse(test.data)
		if len(all) != 1 {
			t.Errorf("%s: %d messages", test.what, len(all))
			continue
		}
		got := all[0]
		if got.server.String() != test.server || got.local != 4444 || got.ttl != test.ttl || got.tcp != test.tcp || string(got.name) != "a.test" {
			t.Errorf("%s: got %+v", test.what, got)
		}
		for length := range test.data {
			new(parser).parse(test.data[:length]) // must not panic
		}
	}
	for what, data := range map[string][]byte{
		"a query from port 53 to elsewhere": ipv4(64, 17, pod, server, udp(53, 4444, message(false))),
		"a bare acknowledgement":            ipv4(64, 6, pod, server, tcp(4444, 53, nil)[:32]),
		"another protocol":                  ipv4(64, 1, pod, server, udp(4444, 53, message(false))),
	} {
		if got := new(parser).parse(data); len(got) > 0 {
			t.Errorf("%s passed: %+v", what, got)
		}
	}
}

func TestTwoQueriesInOneSegment(t *testing.T) {
	second := append([]byte{0, byte(len(question))}, message(false)...)
	segment := append(tcp(4444, 53, message(false)), second...)
	if got := new(parser).parse(ipv4(64, 6, "10.244.1.7", "169.254.20.10", segment)); len(got) != 2 {
		t.Errorf("%d messages", len(got))
	}
	if got := new(parser).parse(ipv4(64, 6, "10.244.1.7", "169.254.20.10", segment[:len(segment)-1])); len(got) != 1 {
		t.Errorf("%d messages of a cut segment", len(got))
	}
}
