package agent

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/sys/unix"
)

const (
	long    = time.Minute
	patient = 20 * time.Second // for what must come; machines are slow at times
)

// held is an agent that is held, and what a test looks at.
type held struct {
	t        *testing.T
	agent    *Agent
	path     string
	reverted atomic.Bool
	ended    chan struct{}
}

func hold(t *testing.T, options HoldOptions) *held {
	t.Helper()
	h := &held{t: t, agent: New(os.DirFS("/proc")), path: filepath.Join(t.TempDir(), "socket"), ended: make(chan struct{})}
	listener, err := Listen(h.path)
	if err != nil {
		t.Fatal(err)
	}
	_ = h.agent.undo.do(func() { h.reverted.Store(true) }, func() error { return nil })
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(h.ended)
		_ = Hold(ctx, h.agent, listener, options)
	}()
	t.Cleanup(func() { cancel(); <-h.ended })
	return h
}

func (h *held) untilEnded() {
	h.t.Helper()
	select {
	case <-h.ended:
	case <-time.After(patient):
		h.t.Fatal("the agent did not end")
	}
	if !h.reverted.Load() {
		h.t.Error("it ended, and nothing was reverted")
	}
}

type session struct {
	t          *testing.T
	connection net.Conn
	lines      *bufio.Reader
}

// attach begins a session and reads what it is answered.
func (h *held) attach(token string, after int64) (*session, map[string]any) {
	h.t.Helper()
	connection, err := net.Dial("unix", h.path)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { connection.Close() })
	s := &session{h.t, connection, bufio.NewReader(connection)}
	s.write(fmt.Sprintf(`{"attach":{"token":%q,"after":%d}}`+"\n", token, after))
	return s, s.read()
}

func (s *session) write(text string) {
	s.t.Helper()
	if _, err := s.connection.Write([]byte(text)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *session) read() map[string]any {
	s.t.Helper()
	_ = s.connection.SetReadDeadline(time.Now().Add(patient))
	line, err := s.lines.ReadBytes('\n')
	if err != nil {
		s.t.Fatalf("no line: %v", err)
	}
	var value map[string]any
	if err := json.Unmarshal(line, &value); err != nil {
		s.t.Fatalf("%q: %v", line, err)
	}
	return value
}

// readNumber reads on, and fails unless the next line has this number.
func (s *session) readNumber(number int64) map[string]any {
	s.t.Helper()
	line := s.read()
	if line["n"] != float64(number) {
		s.t.Fatalf("%v, wanted line %d", line, number)
	}
	return line
}

func (s *session) expectEnd() {
	s.t.Helper()
	_ = s.connection.SetReadDeadline(time.Now().Add(patient))
	if line, err := s.lines.ReadString('\n'); err == nil || os.IsTimeout(err) {
		s.t.Fatalf("read %q, %v; wanted the end", line, err)
	}
}

func TestGoingOnAfterACut(t *testing.T) {
	h := hold(t, HoldOptions{Limit: long, Grace: long})
	first, greeting := h.attach("mine", 0)
	if greeting["attached"] == nil {
		t.Fatal(greeting)
	}
	first.write(`{"id":1,"cmd":"hello"}` + "\n")
	if reply := first.readNumber(1); reply["ok"] != true {
		t.Fatal(reply)
	}
	h.agent.output.Print(answer{"event": "one"})
	first.readNumber(2)
	// Line 2 came, and line 3 and the answer to command 2 did not.
	first.write(`{"id":2,"cmd":"dance"}` + "\n" + `{"id":3,"cmd":"hel`)
	waitFor(t, func() bool { return h.agent.output.has(3) })
	first.connection.Close()
	h.agent.output.Print(answer{"event": "two"})

	second, _ := h.attach("mine", 2)
	if reply := second.readNumber(3); !strings.Contains(fmt.Sprint(reply["error"]), "dance") {
		t.Fatal(reply)
	}
	if event := second.readNumber(4); event["event"] != "two" {
		t.Fatal(event)
	}
	// What was cut in the middle was not done, and is asked again.
	second.write(`{"id":3,"cmd":"hello"}` + "\n")
	if reply := second.readNumber(5); reply["id"] != 3.0 || reply["ok"] != true {
		t.Fatal(reply)
	}
}

func TestACommandThatIsAskedAgainIsDoneOnce(t *testing.T) {
	h := hold(t, HoldOptions{Limit: long, Grace: long})
	pid, saidBy := startVictim(t)
	proc := fstest.MapFS{}
	addProcess(proc, pid, 1, 100, map[string]string{"cgroup": "0::/pod0a/" + wanted + "\n"})
	h.agent.proc = proc
	ask := fmt.Sprintf(`{"id":1,"cmd":"signal","containerId":%q,"signal":"SIGUSR1"}`+"\n", wanted)
	first, _ := h.attach("mine", 0)
	first.write(ask)
	waitFor(t, func() bool { return h.agent.output.has(1) })
	first.connection.Close()
	second, _ := h.attach("mine", 0)
	second.write(ask)
	if reply := second.readNumber(1); reply["ok"] != true {
		t.Fatal(reply)
	}
	second.write(`{"id":2,"cmd":"hello"}` + "\n")
	second.readNumber(2)
	if got := saidBy(); got != "usr1\n" {
		t.Errorf("the process got %q", got)
	}
}

func TestAnotherRunIsRefused(t *testing.T) {
	h := hold(t, HoldOptions{Limit: long, Grace: long})
	mine, _ := h.attach("mine", 0)
	for _, token := range []string{"theirs", ""} {
		theirs, greeting := h.attach(token, 0)
		if greeting["refused"] == nil {
			t.Errorf("token %q: %v", token, greeting)
		}
		theirs.expectEnd()
	}
	mine.write(`{"id":1,"cmd":"hello"}` + "\n")
	mine.readNumber(1)
}

func TestANewSessionTakesThePlaceOfTheOneBefore(t *testing.T) {
	h := hold(t, HoldOptions{Limit: long, Grace: long})
	first, _ := h.attach("mine", 0)
	second, _ := h.attach("mine", 0)
	first.expectEnd()
	second.write(`{"id":1,"cmd":"hello"}` + "\n")
	second.readNumber(1)
}

func TestNoSessionGoesOnWhereLinesAreGone(t *testing.T) {
	h := hold(t, HoldOptions{Limit: long, Grace: long})
	h.agent.output.Print(answer{"event": "one"})
	first, _ := h.attach("mine", 0)
	first.readNumber(1)
	first.write(`{"ack":1}` + "\n")
	if got := first.read(); got["acked"] != 1.0 {
		t.Fatal(got)
	}
	for _, after := range []int64{0, 2} {
		if _, greeting := h.attach("mine", after); greeting["refused"] == nil {
			t.Errorf("after %d: %v", after, greeting)
		}
	}
}

func TestGoodbyeRevertsAtOnce(t *testing.T) {
	h := hold(t, HoldOptions{Limit: long, Grace: long})
	s, _ := h.attach("mine", 0)
	s.write(`{"id":1,"cmd":"bye"}` + "\n")
	if reply := s.readNumber(1); reply["ok"] != true || !h.reverted.Load() {
		t.Fatalf("%v, reverted %t", reply, h.reverted.Load())
	}
	s.write(`{"ack":1}` + "\n")
	h.untilEnded()
}

func TestSilenceReverts(t *testing.T) {
	for how, silence := range map[string]func(s *session){
		"the session is cut":              func(s *session) { s.connection.Close() },
		"it stands, and nothing is heard": func(*session) {},
	} {
		h := hold(t, HoldOptions{Limit: long, Grace: 300 * time.Millisecond})
		s, _ := h.attach("mine", 0)
		silence(s)
		h.untilEnded()
		if !h.agent.undo.over {
			t.Errorf("%s: nothing was reverted", how)
		}
	}
}

func TestSignsOfLifeAndNewSessionsPutTheEndOff(t *testing.T) {
	const grace = 2 * time.Second
	h := hold(t, HoldOptions{Limit: long, Grace: grace})
	for begun := time.Now(); time.Since(begun) < 2*grace; {
		s, _ := h.attach("mine", 0)
		time.Sleep(grace / 8)
		s.write(`{"ack":0}` + "\n")
		s.read()
		time.Sleep(grace / 8)
		s.connection.Close()
	}
	if h.reverted.Load() {
		t.Error("it gave up though it heard of the suite")
	}
}

func TestTheLimitRevertsThoughSomebodyListens(t *testing.T) {
	h := hold(t, HoldOptions{Limit: 300 * time.Millisecond, Grace: long})
	s, _ := h.attach("mine", 0)
	for line := s.read(); line["end"] == nil; line = s.read() {
	}
	s.connection.Close()
	h.untilEnded()
}

func TestASessionThatNobodyReadsHoldsNothingUp(t *testing.T) {
	h := hold(t, HoldOptions{Limit: 300 * time.Millisecond, Grace: long})
	h.attach("mine", 0)
	big := strings.Repeat("x", 64<<10)
	for range 40 {
		h.agent.output.Print(answer{"event": big})
	}
	h.untilEnded()
}

func TestNothingIsStoppedOnceItWasReverted(t *testing.T) {
	a := New(os.DirFS("/proc"))
	a.revert()
	done := false
	if err := a.undo.do(func() {}, func() error { done = true; return nil }); err == nil || done {
		t.Errorf("%v, done %t", err, done)
	}
}

func TestEventsThatFindNoRoomAreCounted(t *testing.T) {
	o := newOutbox()
	big := strings.Repeat("x", mostWaiting/4)
	for range 6 {
		o.Print(answer{"event": big})
	}
	o.Keep(func() any { return answer{"id": 1} })
	if len(o.lines) != 4 {
		t.Fatalf("%d lines", len(o.lines)) // three events, as each is a little more than its text, and the answer
	}
	o.acknowledge(3)
	o.Print(answer{"event": "small"})
	never := make(chan struct{})
	for number, want := range map[int64]string{4: `{"n":4,"id":1}`, 5: `{"n":5,"lost":{"events":3}}`, 6: `{"n":6,"event":"small"}`} {
		if line, _ := o.next(number-1, never); string(line) != want+"\n" {
			t.Errorf("%s, wanted %s", line, want)
		}
	}
	if o.waiting >= mostWaiting/4 {
		t.Errorf("%d bytes wait", o.waiting)
	}
}

func TestAttachCarriesBytesUntilItsInputEnds(t *testing.T) {
	h := hold(t, HoldOptions{Limit: long, Grace: long})
	fromSuite, toAgent, _ := os.Pipe()
	fromAgent, toSuite, _ := os.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- Attach(h.path, fromSuite, toSuite) }()
	lines := bufio.NewScanner(fromAgent)
	fmt.Fprintln(toAgent, `{"attach":{"token":"mine","after":0}}`)
	fmt.Fprintln(toAgent, `{"id":1,"cmd":"hello"}`)
	lines.Scan()
	if lines.Scan(); !strings.HasPrefix(lines.Text(), `{"n":1,`) {
		t.Fatalf("%s", lines.Text())
	}
	toAgent.Close()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patient):
		t.Error("it goes on though its input has ended")
	}
}

func TestTheSocketIsItsOwnersAlone(t *testing.T) {
	h := hold(t, HoldOptions{Limit: long, Grace: long})
	info, err := os.Stat(h.path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	for begun := time.Now(); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Since(begun) > patient {
			t.Fatal("it did not come")
		}
	}
}

// startVictim starts a process that says which signals it got; it is ended by asking.
func startVictim(t *testing.T) (pid int, said func() string) {
	t.Helper()
	shell := exec.Command("sh", "-c", "trap 'echo usr1' USR1; trap 'exit' TERM; echo ready; while :; do sleep 0.05; done")
	output, _ := shell.StdoutPipe()
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shell.Process.Kill() })
	lines := bufio.NewReader(output)
	if line, err := lines.ReadString('\n'); line != "ready\n" {
		t.Fatal(line, err)
	}
	return shell.Process.Pid, func() string {
		time.Sleep(300 * time.Millisecond) // for a second signal, if there was one
		_ = unix.Kill(shell.Process.Pid, unix.SIGTERM)
		var text strings.Builder
		_, _ = lines.WriteTo(&text)
		_ = shell.Wait()
		return text.String()
	}
}
