// Package monotonic reads the clock that all times of the suite are told by.
package monotonic

import (
	"math"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// NowNs is the absolute CLOCK_MONOTONIC reading in nanoseconds.
func NowNs() int64 { return read(unix.CLOCK_MONOTONIC) }

// OfBootTime turns nanoseconds since boot (CLOCK_BOOTTIME, which counts suspended time) into a CLOCK_MONOTONIC reading.
func OfBootTime(sinceBootNs int64) int64 {
	return sinceBootNs - (read(unix.CLOCK_BOOTTIME) - NowNs())
}

// RealTimeAheadNs is by how much the wall clock is ahead of CLOCK_MONOTONIC now. The wall clock may be set at any time, so it turns only
// stamps of the last moments. Whoever reads two clocks may be held up in between, so of three attempts the quickest counts.
func RealTimeAheadNs() int64 {
	var ahead, least int64 = 0, math.MaxInt64
	for range 3 {
		before := NowNs()
		real := read(unix.CLOCK_REALTIME)
		if took := NowNs() - before; took < least {
			ahead, least = real-before-took/2, took
		}
	}
	return ahead
}

// Until is the time from now to an absolute reading; negative when that has passed.
func Until(atNs int64) time.Duration { return time.Duration(atNs - NowNs()) }

// BootID tells one boot of one machine from all others; equal boot IDs share a monotonic clock.
func BootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}

func read(clock int32) int64 {
	var now unix.Timespec
	// It can only fail for an unknown clock.
	_ = unix.ClockGettime(clock, &now)
	return now.Nano()
}
