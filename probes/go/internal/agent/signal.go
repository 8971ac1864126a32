package agent

import (
	"fmt"

	"golang.org/x/sys/unix"

	"nodelocal-drill/probes/internal/monotonic"
)

// signal sends by pidfd, so that a PID which is used again meanwhile can't be hit. A stopped process is in force until
// it is continued, so its undo is registered before the signal is sent.
func (a *Agent) signal(c command) (answer, error) {
	number := unix.SignalNum(c.Signal)
	if number == 0 {
		return nil, fmt.Errorf("unknown signal %q", c.Signal)
	}
	found, err := mainProcess(a.proc, c.ContainerID)
	if err != nil {
		return nil, err
	}
	pidfd, err := unix.PidfdOpen(found.pid, 0)
	if err != nil {
		return nil, fmt.Errorf("process %d of container %s: %w", found.pid, short(c.ContainerID), err)
	}
	if now, err := readStat(a.proc, found.pid); err != nil || now.startTicks != found.startTicks {
		unix.Close(pidfd)
		return nil, fmt.Errorf("process %d of container %s ended before it was signalled", found.pid, short(c.ContainerID))
	}
	defer unix.Close(pidfd)
	var atNs, afterNs int64
	send := func() error {
		atNs = monotonic.NowNs()
		err := unix.PidfdSendSignal(pidfd, number, nil, 0)
		afterNs = monotonic.NowNs()
		return err
	}
	if number == unix.SIGSTOP {
		err = a.stop(pidfd, send)
	} else {
		err = send()
	}
	if err != nil {
		return nil, fmt.Errorf("%s to process %d of container %s: %w", c.Signal, found.pid, short(c.ContainerID), err)
	}
	return answer{"atNs": atNs, "afterNs": afterNs, "pid": found.pid, "startTicks": found.startTicks}, nil
}

// stop registers that the process is continued before it is stopped.
func (a *Agent) stop(pidfd int, send func() error) error {
	kept, err := unix.FcntlInt(uintptr(pidfd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return err
	}
	return a.undo.do(func() {
		_ = unix.PidfdSendSignal(kept, unix.SIGCONT, nil, 0)
		unix.Close(kept)
	}, send)
}
