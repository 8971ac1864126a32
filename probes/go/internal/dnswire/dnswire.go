// Package dnswire reads as much of a DNS message as tells whose query it is and what came of it.
package dnswire

import (
	"encoding/binary"
	"strconv"
)

// Message is the header and the first question, but for its name.
type Message struct {
	ID       uint16
	Response bool
	Rcode    uint8
	Type     uint16
}

const headerLength = 12

// Parse reads a message, and appends the name to `names`: without the last dot, ASCII letters in lower case; nothing for the root.
// False for what is no message, or has no question.
func Parse(data, names []byte) (Message, []byte, bool) {
	if len(data) < headerLength || binary.BigEndian.Uint16(data[4:]) == 0 {
		return Message{}, names, false
	}
	longer, after, ok := appendName(names, data, headerLength)
	if !ok || after+4 > len(data) {
		return Message{}, names, false
	}
	return Message{
		ID:       binary.BigEndian.Uint16(data),
		Response: data[2]&0x80 != 0,
		Rcode:    data[3] & 0x0f,
		Type:     binary.BigEndian.Uint16(data[after:]),
	}, longer, true
}

// appendName reads the labels of the first question, which can't be compressed: nothing stands before it.
func appendName(names, data []byte, at int) (longer []byte, after int, ok bool) {
	for first := true; at < len(data); first = false {
		length := int(data[at])
		at++
		if length == 0 {
			return names, at, true
		}
		if length > 63 || at+length > len(data) {
			return names, 0, false
		}
		if !first {
			names = append(names, '.')
		}
		for _, letter := range data[at : at+length] {
			if 'A' <= letter && letter <= 'Z' {
				letter += 'a' - 'A'
			}
			names = append(names, letter)
		}
		at += length
	}
	return names, 0, false
}

var typeNames = map[uint16]string{1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV", 65: "HTTPS"}

// TypeName is a type's name, or TYPE and its number (RFC 3597).
func TypeName(number uint16) string {
	if name, known := typeNames[number]; known {
		return name
	}
	return "TYPE" + strconv.Itoa(int(number))
}

var rcodeNames = []string{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"}

// RcodeName is a response code's name, or RCODE and its number.
func RcodeName(number uint8) string {
	if int(number) < len(rcodeNames) {
		return rcodeNames[number]
	}
	return "RCODE" + strconv.Itoa(int(number))
}
