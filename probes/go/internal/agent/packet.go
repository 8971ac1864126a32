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
	name    []byte     // of the first question
	local   uint16     // the client's port
	server  netip.Addr // the other end
	ttl     uint8      // IPv4 TTL or IPv6 hop limit
	tcp     bool
}

const serverPort = 53

// parser takes IP packets apart, one after the other, in the same memory.
type parser struct {
	found []packet
	names []byte
}

// parse reads the DNS messages of an IP packet; they are good until the next one is parsed. Of TCP only those are read that begin and
// end in one segment: queries and responses are sent in one write each, glibc's two queries in one together.
func (r *parser) parse(data []byte) []packet {
	r.found, r.names = r.found[:0], r.names[:0]
	var source, destination netip.Addr
	var ttl, protocol uint8
	var segment []byte
	switch {
	case len(data) >= 20 && data[0]>>4 == 4:
		headerLength, total := int(data[0]&0x0f)*4, int(binary.BigEndian.Uint16(data[2:]))
		if headerLength < 20 || total < headerLength || total > len(data) {
			return nil
		}
		source, destination = netip.AddrFrom4([4]byte(data[12:16])), netip.AddrFrom4([4]byte(data[16:20]))
		ttl, protocol, segment = data[8], data[9], data[headerLength:total]
	case len(data) >= 40 && data[0]>>4 == 6:
		source, destination = netip.AddrFrom16([16]byte(data[8:24])), netip.AddrFrom16([16]byte(data[24:40]))
		ttl, protocol, segment = data[7], data[6], data[40:]
	default:
		return nil
	}

	rest, framed := payloadOf(protocol, segment)
	for len(rest) > 0 {
		raw := rest
		if rest = nil; framed {
			raw, rest = firstMessage(raw)
		}
		begin := len(r.names)
		message, names, ok := dnswire.Parse(raw, r.names)
		if !ok {
			continue
		}
		r.names = names
		from, to := binary.BigEndian.Uint16(segment), binary.BigEndian.Uint16(segment[2:])
		p := packet{message: message, name: names[begin:], local: from, server: destination, ttl: ttl, tcp: protocol == unix.IPPROTO_TCP}
		serversPort := to
		if message.Response {
			p.local, p.server, serversPort = to, source, from
		}
		if serversPort == serverPort {
			r.found = append(r.found, p)
		}
	}
	return r.found
}

// payloadOf is what a segment carries; over TCP each message follows its length.
func payloadOf(protocol uint8, segment []byte) (payload []byte, framed bool) {
	switch {
	case protocol == unix.IPPROTO_UDP && len(segment) >= 8:
		return segment[8:], false
	case protocol == unix.IPPROTO_TCP && len(segment) >= 20:
		if headerLength := int(segment[12]>>4) * 4; headerLength >= 20 && headerLength <= len(segment) {
			return segment[headerLength:], true
		}
	}
	return nil, false
}

// firstMessage takes the first of messages that each follow their length (RFC 1035, 4.2.2); none when that is cut.
func firstMessage(payload []byte) (message, rest []byte) {
	if len(payload) < 2 {
		return nil, nil
	}
	end := 2 + int(binary.BigEndian.Uint16(payload))
	if end > len(payload) {
		return nil, nil
	}
	return payload[2:end], payload[end:]
}
