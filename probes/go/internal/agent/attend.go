package agent

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"time"
)

const (
	// greetWithin bounds how long a connection may be there without saying whose it is.
	greetWithin = 10 * time.Second
	longestLine = 1 << 20
)

// attachment is the first line of a session.
type attachment struct {
	Token string `json:"token"`
	After int64  `json:"after"` // the number of the last line that the suite has read
}

// attend serves one connection until it ends or another one takes its place.
func (h *holder) attend(ctx context.Context, connection net.Conn) {
	defer connection.Close()
	lines := bufio.NewScanner(connection)
	lines.Buffer(nil, longestLine)
	lines.Split(wholeLines)
	_ = connection.SetReadDeadline(time.Now().Add(greetWithin))
	if !lines.Scan() {
		return
	}
	_ = connection.SetReadDeadline(time.Time{})
	var greeting struct{ Attach attachment }
	err := json.Unmarshal(lines.Bytes(), &greeting)
	if err == nil {
		err = h.takeOver(connection, greeting.Attach)
	}
	if err != nil {
		say(connection, answer{"refused": err.Error()})
		return
	}
	say(connection, answer{"attached": answer{"after": greeting.Attach.After}})
	over := make(chan struct{})
	go h.tell(connection, greeting.Attach.After, over)
	for lines.Scan() && h.alive(connection) {
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
			h.take(ctx, connection, line)
		}
	}
	close(over)
	h.left(connection)
}

// tell writes what the session has not had yet, and all that comes.
func (h *holder) tell(connection net.Conn, after int64, over <-chan struct{}) {
	for {
		line, ok := h.out.next(after, over)
		if !ok {
			return
		}
		if _, err := connection.Write(line); err != nil {
			return // its reader sees the end too
		}
		after++
	}
}

func (h *holder) take(ctx context.Context, connection net.Conn, line []byte) {
	var c command
	if err := json.Unmarshal(line, &c); err != nil {
		h.agent.reply(c, nil, fmt.Errorf("not a command: %w", err))
		return
	}
	if c.Ack != nil {
		h.out.acknowledge(*c.Ack)
		say(connection, answer{"acked": *c.Ack})
		return
	}
	h.carryOut(ctx, c)
}

// carryOut does a command once. One that comes again was asked again, as its answer did not get through: that is among the numbered lines.
func (h *holder) carryOut(ctx context.Context, c command) {
	h.commands.Lock()
	defer h.commands.Unlock()
	if c.ID <= h.lastID {
		return
	}
	h.lastID = c.ID
	if c.Cmd != "bye" {
		h.agent.handle(ctx, c)
		return
	}
	h.agent.revert()
	h.out.Finish()
	h.agent.reply(c, answer{}, nil)
	h.end(errBye)
}

func say(connection net.Conn, value any) {
	_, _ = connection.Write(append(marshal(value), '\n'))
}

// wholeLines splits at line ends. What stands after the last one was cut, and is no line of the other side: it will be said again.
func wholeLines(data []byte, _ bool) (advance int, token []byte, err error) {
	if end := bytes.IndexByte(data, '\n'); end >= 0 {
		return end + 1, data[:end], nil
	}
	return 0, nil, nil
}
