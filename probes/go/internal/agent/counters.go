package agent

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// counters reads the node's ICMP and UDP counters, and how hard it is pressed.
func counters(proc fs.FS) (answer, error) {
	snmp, err := fs.ReadFile(proc, "self/net/snmp")
	if err != nil {
		return nil, fmt.Errorf("/proc/net/snmp: %w", err)
	}
	result, err := pressure(proc)
	if err != nil {
		return nil, err
	}
	result["icmp"] = snmpGroup(string(snmp), "Icmp")
	result["udp"] = snmpGroup(string(snmp), "Udp")
	return result, nil
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
