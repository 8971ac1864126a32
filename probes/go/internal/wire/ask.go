// Package wire sends single queries to one nameserver, and reads their responses.
package wire

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"nodelocal-drill/probes/internal/probe"
)

// longestResponse is what a client without EDNS can be sent by UDP (RFC 1035, 4.2.1), and room for a server that sends more.
const longestResponse = 4096

// Query is what is asked again and again.
type Query struct {
	question dnsmessage.Question
	server   netip.AddrPort
	timeout  time.Duration
}

// NewQuery checks what is to be asked. `kind` is A or AAAA.
func NewQuery(name, kind string, server netip.AddrPort, timeout time.Duration) (Query, error) {
	types := map[string]dnsmessage.Type{"A": dnsmessage.TypeA, "AAAA": dnsmessage.TypeAAAA}
	asked, known := types[kind]
	if !known {
		return Query{}, fmt.Errorf("--type is A or AAAA, not %s", kind)
	}
	full, err := dnsmessage.NewName(strings.TrimSuffix(name, ".") + ".")
	if err != nil {
		return Query{}, fmt.Errorf("--name %q: %w", name, err)
	}
	return Query{dnsmessage.Question{Name: full, Type: asked, Class: dnsmessage.ClassINET}, server, timeout}, nil
}

// Ask sends one query and waits for its response; nothing is sent again. As a stub resolver does, it takes a new connected socket each
// time: only on such a one does the kernel report an ICMP port-unreachable.
func Ask(q Query) probe.Result {
	deadline := time.Now().Add(q.timeout)
	socket, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(q.server))
	if err != nil {
		return failure(err)
	}
	defer socket.Close()
	id := uint16(rand.Uint32())
	message := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id, RecursionDesired: true},
		Questions: []dnsmessage.Question{q.question},
	}
	packed, err := message.Pack()
	if err != nil {
		return failure(err)
	}
	_ = socket.SetDeadline(deadline)
	if _, err := socket.Write(packed); err != nil {
		return failure(err)
	}
	response := make([]byte, longestResponse)
	for {
		length, err := socket.Read(response)
		if err != nil {
			return failure(err)
		}
		if result, ours := q.resultOf(response[:length], id); ours {
			return result
		}
	}
}

// resultOf is false for what can't be the answer: then the query goes on waiting.
func (q Query) resultOf(data []byte, id uint16) (probe.Result, bool) {
	var parser dnsmessage.Parser
	header, err := parser.Start(data)
	if err != nil || !header.Response || header.ID != id {
		return probe.Result{}, false
	}
	questions, err := parser.AllQuestions()
	if err != nil || len(questions) == 0 || questions[0].Type != q.question.Type ||
		!strings.EqualFold(questions[0].Name.String(), q.question.Name.String()) {
		return probe.Result{}, false
	}
	if header.RCode != dnsmessage.RCodeSuccess {
		return probe.Result{Error: rcodeName(header.RCode)}, true
	}
	answers, err := parser.AllAnswers()
	if err != nil && !header.Truncated {
		return probe.Result{}, false
	}
	var addresses []string
	for _, answer := range answers {
		switch body := answer.Body.(type) {
		case *dnsmessage.AResource:
			addresses = append(addresses, netip.AddrFrom4(body.A).String())
		case *dnsmessage.AAAAResource:
			addresses = append(addresses, netip.AddrFrom16(body.AAAA).String())
		}
	}
	switch {
	case len(addresses) > 0:
		return probe.Result{Answers: addresses}, true
	case header.Truncated:
		return probe.Result{Error: "truncated"}, true
	default:
		return probe.Result{Error: "NODATA"}, true
	}
}

// shortages are the program's own: they say nothing about the nameserver.
var shortages = []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.ENOBUFS, syscall.EAGAIN}

func failure(err error) probe.Result {
	for _, shortage := range shortages {
		if errors.Is(err, shortage) {
			return probe.Result{Trouble: err.Error()}
		}
	}
	var code syscall.Errno
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return probe.Result{Error: "timeout"}
	case errors.As(err, &code):
		return probe.Result{Error: errnoName(code)}
	default:
		return probe.Result{Error: err.Error()}
	}
}
