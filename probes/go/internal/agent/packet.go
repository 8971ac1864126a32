package agent

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"

	"nodelocal-drill/probes/internal/dnswire"
)

// A packet is one DNS message as the probe's network namespace saw it.
type packet struct {
	message dnswire.Message
	local   uint16     // the client's port
	server  netip.Addr // the other end
	ttl     uint8      // IPv4 TTL or IPv6 hop limit
	tcp     bool
}

const serverPort = 53

// parsePacket reads an IP packet. Of TCP only a segment that begins with a whole message's length is read: queries
// and responses are sent in one write, so that is where they are.
func parsePacket(data []byte) (packet, bool) {
	var p packet
	var source, destination netip.Addr
	var protocol uint8
	var payload []byte
	switch {
	case len(data) >= 20 && data[0]>>4 == 4:
		headerLength, total := int(data[0]&0x0f)*4, int(binary.BigEndian.Uint16(data[2:]))
		if headerLength < 20 || total < headerLength || total > len(data) {
			return p, false
		}
		source, destination = netip.AddrFrom4([4]byte(data[12:16])), netip.AddrFrom4([4]byte(data[16:20]))
		p.ttl, protocol, payload = data[8], data[9], data[headerLength:total]
	case len(data) >= 40 && data[0]>>4 == 6:
		source, destination = netip.AddrFrom16([16]byte(data[8:24])), netip.AddrFrom16([16]byte(data[24:40]))
		p.ttl, protocol, payload = data[7], data[6], data[40:]
	default:
		return p, false
	}

	dns, ok := transportPayload(protocol, payload)
	if !ok {
		return p, false
	}
	p.tcp = protocol == unix.IPPROTO_TCP
	if p.message, ok = dnswire.Parse(dns); !ok {
		return p, false
	}
	sourcePort, destinationPort := binary.BigEndian.Uint16(payload), binary.BigEndian.Uint16(payload[2:])
	if p.message.Response {
		p.server, p.local = source, destinationPort
		return p, sourcePort == serverPort
	}
	p.server, p.local = destination, sourcePort
	return p, destinationPort == serverPort
}

func transportPayload(protocol uint8, segment []byte) ([]byte, bool) {
	switch {
	case protocol == unix.IPPROTO_UDP && len(segment) >= 8:
		return segment[8:], true
	case protocol == unix.IPPROTO_TCP && len(segment) >= 20:
		headerLength := int(segment[12]>>4) * 4
		if headerLength < 20 || len(segment) < headerLength+2 {
			return nil, false
		}
		return segment[headerLength+2:], true
	}
	return nil, false
}
