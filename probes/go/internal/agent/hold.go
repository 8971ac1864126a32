package agent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// farewell is how long the agent waits, once it has put everything back, until the suite has read its last lines.
const farewell = 2 * time.Second

var errBye = errors.New("the suite said goodbye")

// HoldOptions are how long an agent holds on to what it was asked for.
type HoldOptions struct {
	Limit time.Duration // from the first session on, whoever still listens
	Grace time.Duration // without a sign of life of the suite
}

// holder keeps an agent, and what it has to say, over the sessions that come and go. One run has it to itself, one session at a time.
type holder struct {
	agent   *Agent
	out     *outbox
	options HoldOptions
	end     context.CancelCauseFunc

	mutex   sync.Mutex
	token   string   // of the run that attached first
	current net.Conn // of the session that counts; nil while there is none
	silence *time.Timer

	commands sync.Mutex // one command at a time
	lastID   int64      // of the last command that was begun: the suite counts them, and asks again in their order
}

// Hold serves one run by sessions at the listener, until it says goodbye, gives no sign of life for the grace, or the limit or the
// context ends; then everything that is in force is reverted, at once.
func Hold(ctx context.Context, a *Agent, listener net.Listener, options HoldOptions) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	h := &holder{agent: a, out: a.output, options: options, end: end}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				end(fmt.Errorf("no session can attach: %w", err))
				return
			}
			go h.attend(ctx, connection)
		}
	}()
	<-ctx.Done()
	a.revert()
	listener.Close()
	h.sayFarewell(context.Cause(ctx))
	return nil
}

// takeOver makes a connection the session that counts, and ends the one before: that may be half dead, with commands of long ago in it.
func (h *holder) takeOver(connection net.Conn, greeting attachment) error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	switch {
	case greeting.Token == "":
		return errors.New("a session needs a token")
	case h.token == "":
		h.token = greeting.Token
		h.silence = time.AfterFunc(h.options.Grace, func() {
			h.end(fmt.Errorf("no sign of life of the suite for %s", h.options.Grace))
		})
		time.AfterFunc(h.options.Limit, func() { h.end(fmt.Errorf("the limit of %s was reached", h.options.Limit)) })
	case h.token != greeting.Token:
		return errors.New("another run has this agent to itself")
	}
	if !h.out.has(greeting.After) {
		return fmt.Errorf("no session can go on after line %d", greeting.After)
	}
	if h.current != nil {
		h.current.Close()
	}
	h.out.acknowledge(greeting.After)
	h.current = connection
	h.silence.Reset(h.options.Grace)
	return nil
}

// alive puts off the end; false when the connection does not count any more.
func (h *holder) alive(connection net.Conn) bool {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.current != connection {
		return false
	}
	h.silence.Reset(h.options.Grace)
	return true
}

// left is called when a connection has ended. From then on the suite has the whole grace to attach anew.
func (h *holder) left(connection net.Conn) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.current == connection {
		h.current = nil
		h.silence.Reset(h.options.Grace)
	}
}

// sayFarewell lets the session read what was said last, and why it is over.
func (h *holder) sayFarewell(why error) {
	h.mutex.Lock()
	current := h.current
	h.mutex.Unlock()
	if current == nil {
		return
	}
	// Also of lines that nobody reads: who waits for room to write them goes on waiting else.
	_ = current.SetWriteDeadline(time.Now().Add(farewell))
	if !errors.Is(why, errBye) {
		_, _ = current.Write(append(marshal(answer{"end": why.Error()}), '\n'))
	}
	for begun := time.Now(); time.Since(begun) < farewell; time.Sleep(10 * time.Millisecond) {
		h.mutex.Lock()
		gone := h.current == nil
		h.mutex.Unlock()
		if gone || h.out.acknowledged() {
			break
		}
	}
	current.Close()
}
