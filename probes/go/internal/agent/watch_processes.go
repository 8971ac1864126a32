package agent

import (
	"io/fs"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"nodelocal-drill/probes/internal/monotonic"
)

// ticksPerSecond is USER_HZ, which Linux fixes at 100 for all that it shows in /proc.
const ticksPerSecond = 100

// A process starts under its parent's name and takes its own when it executes the program: a container's under the
// runtime's (`runc:[2:INIT]`), for as long as its image and rootfs take. So a new PID is looked at more than once.
const youngFor = 5 * time.Second

var runtimeNames = []string{"runc", "crun", "youki", "exe", "conmon"}

type processWatch struct {
	proc   fs.FS
	output *outbox
	comm   string
	// seenNs is when each living PID was seen first; decided are those whose name won't change any more.
	seenNs  map[int]int64
	decided map[int]bool
	first   bool
	goneNs  atomic.Int64  // when a watched process ended last
	gone    chan struct{} // has something when one has ended since the last look
}

// recentlyGone tells whether a watched process ended in the last seconds: its successor may be near.
func (w *processWatch) recentlyGone(nowNs int64) bool {
	goneNs := w.goneNs.Load()
	return goneNs != 0 && nowNs-goneNs < youngFor.Nanoseconds()
}

func newProcessWatch(proc fs.FS, output *outbox, comm string) *processWatch {
	// The kernel cuts a name after 15 bytes.
	return &processWatch{proc: proc, output: output, comm: comm[:min(len(comm), 15)],
		seenNs: map[int]int64{}, decided: map[int]bool{}, gone: make(chan struct{}, 1), first: true}
}

func (w *processWatch) look() {
	listed, err := pids(w.proc)
	if err != nil {
		return
	}
	nowNs := monotonic.NowNs()
	living := make(map[int]bool, len(listed))
	for _, pid := range listed {
		living[pid] = true
		if w.decided[pid] {
			continue
		}
		if _, known := w.seenNs[pid]; !known {
			w.seenNs[pid] = nowNs
		}
		w.lookAt(pid, nowNs)
	}
	for pid := range w.seenNs {
		if !living[pid] {
			delete(w.seenNs, pid)
			delete(w.decided, pid)
		}
	}
	w.first = false
}

func (w *processWatch) lookAt(pid int, nowNs int64) {
	comm, err := readText(w.proc, pid, "comm")
	if err != nil {
		return
	}
	if comm == w.comm {
		// A child that has not executed its program yet (node-cache runs iptables) still has its parent's name.
		if stat, err := readStat(w.proc, pid); err == nil {
			if parent, err := readText(w.proc, stat.parent, "comm"); err == nil && parent == w.comm {
				return
			}
		}
		w.decided[pid] = true
		w.follow(pid)
		return
	}
	old := w.first || nowNs-w.seenNs[pid] > youngFor.Nanoseconds()
	if old && !isRuntime(comm) {
		w.decided[pid] = true
	}
}

func isRuntime(comm string) bool {
	for _, name := range runtimeNames {
		if strings.HasPrefix(comm, name) {
			return true
		}
	}
	return false
}

// follow prints the start of a process that was not there when the watch began, and the end of any.
func (w *processWatch) follow(pid int) {
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return // it has ended already; its successor will be seen
	}
	if !w.first {
		event := answer{"event": "process-started", "pid": pid, "seenNs": monotonic.NowNs(), "containerId": containerOf(w.proc, pid)}
		if stat, err := readStat(w.proc, pid); err == nil {
			event["atNs"] = startedAtNs(stat)
		} else {
			event["atNs"] = event["seenNs"]
		}
		w.output.Print(event)
	}
	go func() {
		defer unix.Close(pidfd)
		for {
			_, err := unix.Poll([]unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}, -1)
			if err == unix.EINTR {
				continue
			}
			goneNs := monotonic.NowNs()
			w.goneNs.Store(goneNs)
			select {
			case w.gone <- struct{}{}:
			default:
			}
			w.output.Print(answer{"event": "process-gone", "atNs": goneNs, "pid": pid})
			return
		}
	}()
}

// startedAtNs has grains of 10 ms. For a container it is when the runtime forked, a little before the program was executed.
func startedAtNs(stat processStat) int64 {
	return monotonic.OfBootTime(int64(stat.startTicks) * (time.Second.Nanoseconds() / ticksPerSecond))
}
