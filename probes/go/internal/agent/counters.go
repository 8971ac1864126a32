package agent

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

const msPerTick = 1000 / ticksPerSecond

// counters reads the node's ICMP and UDP counters, its load, and what its cores have done since boot.
func counters(proc fs.FS) (answer, error) {
	snmp, err := fs.ReadFile(proc, "self/net/snmp")
	if err != nil {
		return nil, fmt.Errorf("/proc/net/snmp: %w", err)
	}
	load, err := fs.ReadFile(proc, "loadavg")
	if err != nil {
		return nil, fmt.Errorf("/proc/loadavg: %w", err)
	}
	stat, err := fs.ReadFile(proc, "stat")
	if err != nil {
		return nil, fmt.Errorf("/proc/stat: %w", err)
	}
	return answer{
		"icmp":    snmpGroup(string(snmp), "Icmp"),
		"udp":     snmpGroup(string(snmp), "Udp"),
		"loadavg": strings.TrimSpace(string(load)),
		"cpu":     cpuTimes(string(stat)),
	}, nil
}

// snmpGroup reads a pair of lines `Icmp: name name …` and `Icmp: value value …`.
func snmpGroup(table, group string) map[string]int64 {
	values := map[string]int64{}
	var names []string
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] != group+":" {
			continue
		}
		if names == nil {
			names = fields
			continue
		}
		for i := 1; i < min(len(names), len(fields)); i++ {
			if value, err := strconv.ParseInt(fields[i], 10, 64); err == nil {
				values[names[i]] = value
			}
		}
	}
	return values
}

// cpuTimes sums all cores. Guest time is part of user time already, and waiting for a disk leaves a core idle.
func cpuTimes(stat string) map[string]int64 {
	first, _, _ := strings.Cut(stat, "\n")
	const idle, ioWait, guest = 3, 4, 8
	times := map[string]int64{"busyMs": 0, "idleMs": 0}
	for i, text := range strings.Fields(first)[1:] {
		ticks, err := strconv.ParseInt(text, 10, 64)
		switch {
		case err != nil || i >= guest:
		case i == idle || i == ioWait:
			times["idleMs"] += ticks * msPerTick
		default:
			times["busyMs"] += ticks * msPerTick
		}
	}
	return times
}
