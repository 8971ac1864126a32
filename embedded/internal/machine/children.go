package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// children starts programs and reaps everything that PID 1 inherits. os/exec is not used: its Wait and a reaper that waits for
// any child would steal each other's exits.
type children struct {
	mu     sync.Mutex
	names  map[int]string
	onExit func(name string, status unix.WaitStatus)
}

func newChildren(onExit func(name string, status unix.WaitStatus)) *children {
	return &children{names: map[int]string{}, onExit: onExit}
}

// start runs a program with its output appended to logPath. flags are CLONE_NEW… bits.
func (c *children) start(name, logPath string, flags uintptr, env []string, argv ...string) (int, error) {
	program := argv[0]
	if err := os.MkdirAll(filepath.Dir(logPath), 0o755); err != nil {
		return 0, err
	}
	log, err := os.OpenFile(logPath, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return 0, err
	}
	defer log.Close()
	null, err := os.Open("/dev/null")
	if err != nil {
		return 0, err
	}
	defer null.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	argv = append([]string{filepath.Base(program)}, argv[1:]...)
	pid, err := syscall.ForkExec(program, argv, &syscall.ProcAttr{
		Env:   append(os.Environ(), env...),
		Files: []uintptr{null.Fd(), log.Fd(), log.Fd()},
		Sys:   &syscall.SysProcAttr{Cloneflags: flags, Setsid: true},
	})
	if err != nil {
		return 0, fmt.Errorf("starting %s (%s): %w", name, program, err)
	}
	c.names[pid] = name
	return pid, nil
}

// reap waits for children for ever; an unexpected end of a named one is reported.
func (c *children) reap() {
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, 0, nil)
		if err == unix.ECHILD {
			unix.Nanosleep(&unix.Timespec{Nsec: 20_000_000}, nil)
			continue
		}
		if err != nil {
			continue
		}
		c.mu.Lock()
		name, known := c.names[pid]
		delete(c.names, pid)
		c.mu.Unlock()
		if known {
			c.onExit(name, status)
		}
	}
}
