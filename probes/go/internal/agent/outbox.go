package agent

import (
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
)

// mostWaiting bounds the events that wait for the suite, in bytes: half a minute of ports that come and go at every look is a quarter of it.
const mostWaiting = 4 << 20

// outbox numbers all that the agent says, from 1, and keeps it until the suite has acknowledged it: a session that attaches anew goes
// on after the last line that the suite had.
type outbox struct {
	mutex   sync.Mutex
	lines   []func() any // still to be acknowledged
	sizes   []int        // of each of them, what it counts against mostWaiting
	first   int64        // the number of lines[0]
	waiting int          // bytes of events among them
	lost    int          // events that found no room, and were not told of yet
	changed chan struct{}
}

func newOutbox() *outbox {
	return &outbox{first: 1, changed: make(chan struct{})}
}

// Print says what has happened. When too much waits it is lost, and counted.
func (o *outbox) Print(event any) {
	// Now, and not when it is sent: what a line holds may change.
	text := marshal(event)
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.waiting+len(text) > mostWaiting {
		o.lost++
		return
	}
	o.sayLost()
	o.append(func() any { return json.RawMessage(text) }, len(text))
}

// Keep says what was asked for, which is never lost: who asks bounds it. The line is made when it is sent, so that thousands of them
// need not be there twice.
func (o *outbox) Keep(line func() any) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.append(line, 0)
}

// Finish says what was lost, if there is anything that was not told of.
func (o *outbox) Finish() {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.sayLost()
}

// acknowledge forgets the lines up to a number.
func (o *outbox) acknowledge(number int64) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	done := int(min(max(number-o.first+1, 0), int64(len(o.lines))))
	for _, size := range o.sizes[:done] {
		o.waiting -= size
	}
	clear(o.lines[:done]) // so that what they hold can go
	o.lines, o.sizes, o.first = o.lines[done:], o.sizes[done:], o.first+int64(done)
	if o.waiting < mostWaiting/2 {
		o.sayLost()
	}
	o.tell()
}

// acknowledged tells whether nothing waits any more.
func (o *outbox) acknowledged() bool {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return len(o.lines) == 0
}

// has tells whether a session can go on after a number: what was acknowledged is gone, and what was never said was not read.
func (o *outbox) has(after int64) bool {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return after >= o.first-1 && after < o.first+int64(len(o.lines))
}

// next gives the line after a number, and waits for it; false when `over` is closed before.
func (o *outbox) next(after int64, over <-chan struct{}) ([]byte, bool) {
	for {
		o.mutex.Lock()
		at, changed := after+1-o.first, o.changed
		var line func() any
		if at >= 0 && at < int64(len(o.lines)) {
			line = o.lines[at]
		}
		o.mutex.Unlock()
		if line != nil {
			return numbered(after+1, marshal(line())), true
		}
		select {
		case <-over:
			return nil, false
		case <-changed:
		}
	}
}

func (o *outbox) sayLost() {
	if o.lost == 0 {
		return
	}
	lost := o.lost
	o.lost = 0
	o.append(func() any { return answer{"lost": answer{"events": lost}} }, 0)
}

func (o *outbox) append(line func() any, size int) {
	o.lines, o.sizes = append(o.lines, line), append(o.sizes, size)
	o.waiting += size
	o.tell()
}

func (o *outbox) tell() {
	close(o.changed)
	o.changed = make(chan struct{})
}

func marshal(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("cannot print %#v: %v", value, err)) // a bug: all printed types are this module's own
	}
	return text
}

// numbered puts `"n":<number>` before the other members of an object, and ends the line.
func numbered(number int64, object []byte) []byte {
	line := append([]byte(`{"n":`), strconv.FormatInt(number, 10)...)
	line = append(append(line, ','), object[1:]...)
	return append(line, '\n')
}
