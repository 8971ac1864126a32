package carry

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nodelocal-drill/probes/internal/jsonline"
)

// node is a folder that plays a node's root, with a carrier that follows logs in it.
type node struct {
	t     *testing.T
	root  string
	tasks io.Writer
	lines chan string
}

func newNode(t *testing.T) *node {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	input, tasks := io.Pipe()
	n := &node{t, t.TempDir(), tasks, make(chan string, 1000)}
	go func() {
		defer writer.Close()
		Carry(context.Background(), input, jsonline.Gathering(writer, time.Millisecond), n.root, 2*time.Millisecond)
	}()
	go func() {
		defer close(n.lines)
		for scanner := bufio.NewScanner(reader); scanner.Scan(); {
			n.lines <- scanner.Text()
		}
	}()
	t.Cleanup(func() { tasks.Close() })
	return n
}

func (n *node) write(path, text string) {
	n.t.Helper()
	full := filepath.Join(n.root, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		n.t.Fatal(err)
	}
	file, err := os.OpenFile(full, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		n.t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) follow(probe, path string) {
	fmt.Fprintf(n.tasks, `{"probe":%q,"log":%q}`+"\n", probe, path)
}

func (n *node) expect(wanted ...string) {
	n.t.Helper()
	for _, want := range wanted {
		select {
		case line := <-n.lines:
			if line != want {
				n.t.Fatalf("%s, and not %s", line, want)
			}
		case <-time.After(30 * time.Second):
			n.t.Fatalf("nothing came in place of %s", want)
		}
	}
}

func (n *node) expectStart(of string) {
	n.t.Helper()
	select {
	case line := <-n.lines:
		if !strings.HasPrefix(line, of) {
			n.t.Fatalf("%s, and not %s…", line, of)
		}
	case <-time.After(30 * time.Second):
		n.t.Fatalf("nothing came in place of %s", of)
	}
}

const (
	stamp = "2026-11-28T08:00:00.000000001Z"
	log   = "/var/log/pods/n_p_u/probe/0.log"
)

func out(text string) string { return stamp + " stdout F " + text + "\n" }

func TestLinesComeFromTheBeginningAndAsTheyAreWritten(t *testing.T) {
	n := newNode(t)
	n.write(log, out(`{"hello":{"a":"b"}}`)+stamp+" stderr F not this\n")
	n.follow("a/b", log)
	n.expect(`{"probe":"a/b","line":{"hello":{"a":"b"}}}`)
	n.write(log, out(`{"seq":0}`)[:40])
	n.write(log, out(`{"seq":0}`)[40:]+stamp+` stdout P {"se`+"\n")
	n.expect(`{"probe":"a/b","line":{"seq":0}}`)
	n.write(log, out(`q":1}`)+out("no JSON"))
	n.expect(`{"probe":"a/b","line":{"seq":1}}`, `{"probe":"a/b","text":"no JSON"}`)
}

func TestARotatedLogIsReadToItsEndAndThenTheNewOne(t *testing.T) {
	n := newNode(t)
	n.write(log, out("0"))
	n.follow("p", log)
	n.expect(`{"probe":"p","line":0}`)
	// kubelet renames, and the runtime goes on writing until it is told.
	if err := os.Rename(n.root+log, n.root+log+".20261128"); err != nil {
		t.Fatal(err)
	}
	n.write(log+".20261128", out("1"))
	n.expect(`{"probe":"p","line":1}`)
	n.write(log+".20261128", out("2"))
	n.write(log, out("3"))
	n.expect(`{"probe":"p","line":2}`, `{"probe":"p","line":3}`)
}

func TestALogThatIsNotThereIsSaid(t *testing.T) {
	n := newNode(t)
	n.follow("p", "/var/log/pods/none/0.log")
	n.expectStart(`{"probe":"p","error":"/var/log/pods/none/0.log: no such file`)
}

func TestALinkIsFollowedInsideTheNodesRoot(t *testing.T) {
	n := newNode(t)
	n.write("/var/lib/docker/a.log", out("1"))
	n.write("/var/log/pods/x", "")
	if err := os.Symlink("/var/lib/docker/a.log", n.root+"/var/log/pods/a.log"); err != nil {
		t.Fatal(err)
	}
	n.follow("p", "/var/log/pods/a.log")
	n.expect(`{"probe":"p","line":1}`)
}

func TestAfterTheLastLineNothingIsReadAndAskedAgainAllComesAgain(t *testing.T) {
	n := newNode(t)
	n.write(log, out("1")+out(`{"end":{"seq":1}}`))
	n.follow("p", log)
	n.expect(`{"probe":"p","line":1}`, `{"probe":"p","line":{"end":{"seq":1}}}`)
	n.follow("p", log)
	n.expect(`{"probe":"p","line":1}`, `{"probe":"p","line":{"end":{"seq":1}}}`)
}
