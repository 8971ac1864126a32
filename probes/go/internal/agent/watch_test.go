package agent

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// In calm the node is looked at seldom; the end of the watched process wakes the watch, and its successor is seen.
func TestTheEndOfTheWatchedProcessIsToldAndItsSuccessorSeen(t *testing.T) {
	program := filepath.Join(t.TempDir(), "watched-here")
	if text, err := exec.Command("cp", "/bin/sleep", program).CombinedOutput(); err != nil {
		t.Fatal(err, string(text))
	}
	start := func() *exec.Cmd {
		process := exec.Command(program, "100")
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = process.Process.Kill(); _ = process.Wait() })
		return process
	}
	first := start()
	own := openPidfds(t) // what started it has one, too
	a := New(os.DirFS("/proc"))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := a.watch(ctx, command{Comm: "watched-here", EveryMs: 10}); err != nil {
		t.Fatal(err)
	}
	number := int64(0)
	next := func(event string) {
		t.Helper()
		late := make(chan struct{})
		defer time.AfterFunc(patient, func() { close(late) }).Stop()
		line, _ := a.output.next(number, late)
		if number++; !strings.Contains(string(line), `"event":"`+event+`"`) {
			t.Fatalf("%s, wanted %s", line, event)
		}
	}
	// It is followed once it was seen; a kill before that would be nobody's end.
	waitFor(t, func() bool { return openPidfds(t) > own })
	_ = first.Process.Kill()
	_ = first.Wait()
	next("process-gone")
	start()
	next("process-started")
}

// openPidfds counts the pidfds that this process has open.
func openPidfds(t *testing.T) int {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, file := range files {
		if target, err := os.Readlink("/proc/self/fd/" + file.Name()); err == nil && strings.Contains(target, "pidfd") {
			count++
		}
	}
	return count
}
