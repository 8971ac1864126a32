package agent

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// processStat says which process a PID is: with its start time it stays the same process even when the PID is used again.
type processStat struct {
	parent     int
	startTicks uint64 // clock ticks (10 ms) since boot
}

// readStat reads /proc/PID/stat. The command's name may hold spaces and parentheses, so fields count from the last `)`.
func readStat(proc fs.FS, pid int) (processStat, error) {
	text, err := readText(proc, pid, "stat")
	if err != nil {
		return processStat{}, err
	}
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	const parentField, startField = 1, 19 // fields 4 and 22 of proc_pid_stat(5), which counts from 1 and has two before these
	if len(fields) <= startField {
		return processStat{}, fmt.Errorf("/proc/%d/stat has only %d fields", pid, len(fields)+2)
	}
	parent, err := strconv.Atoi(fields[parentField])
	if err != nil {
		return processStat{}, err
	}
	start, err := strconv.ParseUint(fields[startField], 10, 64)
	return processStat{parent, start}, err
}

func readText(proc fs.FS, pid int, file string) (string, error) {
	text, err := fs.ReadFile(proc, strconv.Itoa(pid)+"/"+file)
	return strings.TrimRight(string(text), "\n"), err
}

// pids lists the node's processes.
func pids(proc fs.FS) ([]int, error) {
	directory, err := proc.Open(".")
	if err != nil {
		return nil, err
	}
	defer directory.Close()
	// Names alone: fs.ReadDir would also sort, and os.ReadDir would ask for each entry's type.
	lister, ok := directory.(interface{ Readdirnames(n int) ([]string, error) })
	if !ok {
		return pidsByEntries(proc)
	}
	names, err := lister.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	return numbers(names), nil
}

func pidsByEntries(proc fs.FS) ([]int, error) {
	entries, err := fs.ReadDir(proc, ".")
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return numbers(names), nil
}

func numbers(names []string) []int {
	found := make([]int, 0, len(names))
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			found = append(found, pid)
		}
	}
	return found
}

// sysctl reads a whole number below /proc/sys of the agent's own network namespace; nil when there is none.
func sysctl(path string) any {
	text, err := os.ReadFile("/proc/sys/" + path)
	if err != nil {
		return nil
	}
	value, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return nil
	}
	return value
}

// gone tells a process that has ended while it was looked at from a real failure.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH)
}
