package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
)

const (
	linkLocalIP = "169.254.20.10"
	clusterIP   = "10.96.0.10"

	// programVariable names another node-cache, the real one above all, for the tests to run against.
	programVariable = "NODE_CACHE_PROGRAM"
	childVariable   = "NODE_CACHE_TEST_CHILD"
)

// TestMain lets the test's own binary be the program.
func TestMain(m *testing.M) {
	if os.Getenv(childVariable) == "1" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// program is a node-cache that runs, or ran, on a node.
type program struct {
	node
	directory string
	command   *exec.Cmd
	log       *lockedBuffer
	exited    chan struct{}
}

// files makes a directory with the base Corefile, in which program after program can run.
func (n node) files(baseCorefile string) string {
	n.Helper()
	directory := n.TempDir()
	n.must(os.Mkdir(filepath.Join(directory, "coredns"), 0o755))
	n.writeBaseCorefile(directory, baseCorefile)
	return directory
}

func (n node) writeBaseCorefile(directory, content string) {
	n.Helper()
	n.must(os.WriteFile(filepath.Join(directory, "coredns", "Corefile.base"), []byte(content), 0o644))
}

// start runs node-cache with its files in the directory.
func (n node) start(directory string, environment []string, arguments ...string) *program {
	n.Helper()
	path := os.Getenv(programVariable)
	if path == "" {
		var err error
		path, err = os.Executable()
		n.must(err)
	}
	command := exec.Command(path, append([]string{
		"-basecorefile", filepath.Join(directory, "coredns", "Corefile.base"),
		"-conf", filepath.Join(directory, "Corefile"),
	}, arguments...)...)
	p := &program{node: n, directory: directory, command: command, log: &lockedBuffer{}, exited: make(chan struct{})}
	command.Env = append(append(os.Environ(), childVariable+"=1", "KUBE_DNS_SERVICE_HOST=10.96.0.11"), environment...)
	command.Stdout, command.Stderr = p.log, p.log
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	n.must(command.Start())
	go func() {
		_ = command.Wait()
		close(p.exited)
	}()
	n.Cleanup(func() {
		_ = command.Process.Kill()
		<-p.exited
		if n.Failed() {
			n.Logf("%s", p.log)
		}
	})
	return p
}

func (p *program) pidFile() string { return filepath.Join(p.directory, "pid") }

// signalAndWait gives the exit code.
func (p *program) signalAndWait(signal os.Signal) int {
	p.Helper()
	p.must(p.command.Process.Signal(signal))
	return p.wait(10 * time.Second)
}

func (p *program) wait(limit time.Duration) int {
	p.Helper()
	select {
	case <-p.exited:
		return p.command.ProcessState.ExitCode()
	case <-time.After(limit):
		p.Fatalf("still runs after %v", limit)
		return -1
	}
}

func (p *program) isRunning() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// lookUp asks one server for the A record of name.example.test, and gives the address or why there is none.
func (n node) lookUp(network, server string) string {
	client := dns.Client{Net: network, Timeout: 200 * time.Millisecond}
	query := new(dns.Msg).SetQuestion("name.example.test.", dns.TypeA)
	answer, _, err := client.Exchange(query, net.JoinHostPort(server, "53"))
	if err != nil {
		return err.Error()
	}
	if len(answer.Answer) != 1 {
		return fmt.Sprintf("%s with %d answers", dns.RcodeToString[answer.Rcode], len(answer.Answer))
	}
	return answer.Answer[0].(*dns.A).A.String()
}

func (n node) waitForAnswer(want string) {
	n.Helper()
	n.eventually(5*time.Second, "answer "+want, func() bool { return n.lookUp("udp", linkLocalIP) == want })
}

// metrics reads them over one connection of its own: an HTTP client would dial from another thread, outside the node.
func (n node) metrics(address string) string {
	n.Helper()
	connection, err := net.DialTimeout("tcp", address, time.Second)
	n.must(err)
	defer connection.Close()
	n.must(connection.SetDeadline(time.Now().Add(5 * time.Second)))
	_, err = io.WriteString(connection, "GET /metrics HTTP/1.0\r\n\r\n")
	n.must(err)
	body, err := io.ReadAll(connection)
	n.must(err)
	return string(body)
}

func (n node) eventually(limit time.Duration, what string, condition func() bool) {
	n.Helper()
	for begun := time.Now(); !condition(); time.Sleep(10 * time.Millisecond) {
		if time.Since(begun) > limit {
			n.Fatalf("%s: not within %v", what, limit)
		}
	}
}

// lockedBuffer is read while the program still writes.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

func (b *lockedBuffer) contains(text string) bool { return strings.Contains(b.String(), text) }
