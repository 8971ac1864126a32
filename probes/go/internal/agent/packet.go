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

// parsePacket reads the DNS messages of an IP packet. Of TCP only those are read that begin and end in one segment:
// queries and responses are sent in one write each, glibc's two queries in one together.
func parsePacket(data []byte) []packet {
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

	var found []packet
	for _, raw := range rawMessages(protocol, segment) {
		message, ok := dnswire.Parse(raw)
		if !ok {
			continue
		}
		from, to := binary.BigEndian.Uint16(segment), binary.BigEndian.Uint16(segment[2:])
		p := packet{message: message, local: from, server: destination, ttl: ttl, tcp: protocol == unix.IPPROTO_TCP}
		serversPort := to
		if message.Response {
			p.local, p.server, serversPort = to, source, from
		}
		if serversPort == serverPort {
			found = append(found, p)
		}
	}
	return found
}

func rawMessages(protocol uint8, segment []byte) [][]byte {
	switch {
	case protocol == unix.IPPROTO_UDP && len(segment) >= 8:
		return [][]byte{segment[8:]}
	case protocol == unix.IPPROTO_TCP && len(segment) >= 20:
		headerLength := int(segment[12]>>4) * 4
		if headerLength < 20 || headerLength > len(segment) {
			return nil
		}
		return messagesOfStream(segment[headerLength:])
	}
	return nil
}

// messagesOfStream takes messages apart that each follow their length (RFC 1035, 4.2.2).
func messagesOfStream(payload []byte) [][]byte {
	var found [][]byte
	for len(payload) >= 2 {
		end := 2 + int(binary.BigEndian.Uint16(payload))
		if end > len(payload) {
			break
		}
		found = append(found, payload[2:end])
		payload = payload[end:]
	}
	return found
}
