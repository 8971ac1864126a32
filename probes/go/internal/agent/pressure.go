package agent

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"nodelocal-drill/probes/internal/monotonic"
)

const msPerTick = 1000 / ticksPerSecond

// tellPressure prints an event at once and every `everyMs`, until the context ends.
func (a *Agent) tellPressure(ctx context.Context, c command) error {
	if c.EveryMs < 1 {
		return errors.New("pressure needs everyMs")
	}
	if _, err := pressure(a.proc); err != nil {
		return err
	}
	go func() {
		ticker := time.NewTicker(time.Duration(c.EveryMs) * time.Millisecond)
		defer ticker.Stop()
		for {
			event := answer{"event": "pressure", "atNs": monotonic.NowNs()}
			if now, err := pressure(a.proc); err == nil {
				for name, value := range now {
					event[name] = value
				}
				a.output.Print(event)
			}
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	}()
	return nil
}

// pressure tells how hard the machine is pressed: for how long tasks had to wait, and what its cores have done since boot.
func pressure(proc fs.FS) (answer, error) {
	load, err := fs.ReadFile(proc, "loadavg")
	if err != nil {
		return nil, fmt.Errorf("/proc/loadavg: %w", err)
	}
	stat, err := fs.ReadFile(proc, "stat")
	if err != nil {
		return nil, fmt.Errorf("/proc/stat: %w", err)
	}
	waitedUs := map[string]any{}
	for _, resource := range []string{"cpu", "memory", "io"} {
		waitedUs[resource] = someWaitedUs(proc, resource)
	}
	return answer{
		"psiSomeUs": waitedUs,
		"cpu":       cpuTimes(string(stat)),
		"loadavg":   strings.TrimSpace(string(load)),
		"runnable":  runnable(string(stat)),
	}, nil
}

// someWaitedUs is for how long at least one task has waited for a resource since boot; nil where the kernel does not count it: built
// without PSI, or booted with psi=0, which leaves the files there and refuses to read them.
func someWaitedUs(proc fs.FS, resource string) any {
	table, err := fs.ReadFile(proc, "pressure/"+resource)
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(table)) {
		if rest, found := strings.CutPrefix(line, "some "); found {
			_, total, _ := strings.Cut(rest, "total=")
			if us, err := strconv.ParseInt(strings.TrimSpace(total), 10, 64); err == nil {
				return us
			}
		}
	}
	return nil
}

// cpuTimes sums all cores; what a hypervisor took from them is neither busy nor idle. Guest time is part of user time already, and
// waiting for a disk leaves a core idle.
func cpuTimes(stat string) map[string]int64 {
	first, _, _ := strings.Cut(stat, "\n")
	const idle, ioWait, steal, guest = 3, 4, 7, 8
	times := map[string]int64{"busyMs": 0, "idleMs": 0, "stealMs": 0}
	for i, text := range strings.Fields(first)[1:] {
		ticks, err := strconv.ParseInt(text, 10, 64)
		switch {
		case err != nil || i >= guest:
		case i == idle || i == ioWait:
			times["idleMs"] += ticks * msPerTick
		case i == steal:
			times["stealMs"] += ticks * msPerTick
		default:
			times["busyMs"] += ticks * msPerTick
		}
	}
	return times
}

// runnable counts the tasks that run or wait for a core; nil when the table does not say.
func runnable(stat string) any {
	for line := range strings.Lines(stat) {
		if rest, found := strings.CutPrefix(line, "procs_running "); found {
			if tasks, err := strconv.Atoi(strings.TrimSpace(rest)); err == nil {
				return tasks
			}
		}
	}
	return nil
}
