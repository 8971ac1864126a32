package machine

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// Up starts the cluster's PID 1 in namespaces of its own, passes its events on, and leaves it running when it is ready.
// An interrupt before that ends the cluster.
//
// The API server's port on the machine is a socket opened here, in the machine's network, and inherited: the cluster
// accepts on it and dials inside its own network, so that no link joins the two.
func Up(configPath string, c *Config) error {
	listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return err
	}
	inherited, err := listener.File()
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.path("port"), []byte(strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)), 0o600); err != nil {
		return err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(c.path("logs", "cluster.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	process, err := os.StartProcess(self, []string{"machine", "cluster", configPath}, &os.ProcAttr{
		Env:   []string{"PATH=" + c.Programs + ":/usr/sbin:/usr/bin:/sbin:/bin"},
		Files: []*os.File{nil, log, log, inherited, write},
		Sys: &syscall.SysProcAttr{
			Setsid:     true,
			Cloneflags: unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS,
		},
	})
	if err != nil {
		return fmt.Errorf("starting the cluster's first process: %w", err)
	}
	if err := writeIdentity(c.path("pid"), process.Pid); err != nil {
		_ = process.Kill()
		return err
	}
	_ = write.Close()

	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	outcome := make(chan error, 1)
	go func() { outcome <- passEvents(read, os.Stdout) }()
	select {
	case err = <-outcome:
	case s := <-interrupted:
		err = fmt.Errorf("%v while booting", s)
	}
	if err != nil {
		_ = process.Kill()
		_, _ = process.Wait()
		return err
	}
	return process.Release()
}

// writeIdentity records a PID together with its start time: a PID alone may belong to somebody else tomorrow.
func writeIdentity(path string, pid int) error {
	started, err := startTicks(pid)
	if err != nil {
		return err
	}
	return writeAtomically(path, fmt.Sprintf("%d %d\n", pid, started))
}

func passEvents(from io.Reader, to io.Writer) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fmt.Fprintln(to, lines.Text())
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return fmt.Errorf("event %q: %w", lines.Text(), err)
		}
		switch e.Event {
		case "ready":
			return nil
		case "failed":
			return fmt.Errorf("%s", e.Detail)
		}
	}
	return fmt.Errorf("the cluster's first process ended before the cluster was ready")
}

// event is one line of progress. AtNs is CLOCK_MONOTONIC.
type event struct {
	Event  string `json:"event"`
	Node   string `json:"node,omitempty"`
	Detail string `json:"detail,omitempty"`
	AtNs   int64  `json:"atNs"`
}

func monotonicNs() int64 {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &t)
	return t.Nano()
}
