// Package dnswire reads as much of a DNS message as tells whose query it is and what came of it.
package dnswire

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// Message is the header and the first question.
type Message struct {
	ID       uint16
	Response bool
	Rcode    uint8
	Name     string // without the last dot, lower case; "" is the root
	Type     uint16
}

const headerLength = 12

// Parse reads a message; false for what is none, or has no question.
func Parse(data []byte) (Message, bool) {
	if len(data) < headerLength || binary.BigEndian.Uint16(data[4:]) == 0 {
		return Message{}, false
	}
	name, after, ok := parseName(data, headerLength)
	if !ok || after+4 > len(data) {
		return Message{}, false
	}
	return Message{
		ID:       binary.BigEndian.Uint16(data),
		Response: data[2]&0x80 != 0,
		Rcode:    data[3] & 0x0f,
		Name:     name,
		Type:     binary.BigEndian.Uint16(data[after:]),
	}, true
}

// parseName reads the labels of the first question, which can't be compressed: nothing stands before it.
func parseName(data []byte, at int) (name string, after int, ok bool) {
	var labels []string
	for at < len(data) {
		length := int(data[at])
		at++
		if length == 0 {
			return strings.ToLower(strings.Join(labels, ".")), at, true
		}
		if length > 63 || at+length > len(data) {
			return "", 0, false
		}
		labels = append(labels, string(data[at:at+length]))
		at += length
	}
	return "", 0, false
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
