package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// shutIn takes from this thread, and from everything that it becomes or starts, what would let a privileged pod of the cluster reach the
// machine through the kernel that both share. It returns what this machine's kernel gives no means to shut off, each as the end of the
// sentence "can't be shut off from …".
//
// To be called on a locked thread that then calls execve: capabilities and the filter of system calls belong to a thread.
func shutIn(c *Config) (leftOpen []string, err error) {
	leftOpen, err = attachFilters(c)
	if err != nil {
		return nil, err
	}
	if err := dropCapabilities(); err != nil {
		return nil, err
	}
	if err := filterSyscalls(); err != nil {
		return nil, err
	}
	return append(leftOpen, unfiltered()...), nil
}

// attachFilters attaches the eBPF programs to the cluster's cgroup, where they hold for every cgroup below it. Nothing inside can take
// them off: a node sees no cgroup above its own, and bpf(2) is refused or leaves no way to it (filterSyscalls).
func attachFilters(c *Config) (leftOpen []string, err error) {
	root, err := unifiedHierarchy()
	if err != nil {
		return nil, err
	}
	if root == "" {
		return []string{"the machine's devices and sysctls: cgroup v2 is not mounted here"}, nil
	}
	cgroup, err := os.Open(filepath.Join(root, CgroupName(c)))
	if err != nil {
		return nil, err
	}
	defer cgroup.Close()
	for _, f := range []struct {
		what   string
		attach func(cgroup int) error
	}{
		{"the machine's devices", attachDeviceFilter},
		{"the machine's sysctls", attachSysctlFilter},
	} {
		if err := f.attach(int(cgroup.Fd())); err != nil {
			leftOpen = append(leftOpen, fmt.Sprintf("%s: %v", f.what, err))
		}
	}
	return leftOpen, nil
}

// unifiedHierarchy is where cgroup v2 is mounted, alone or beside v1; empty where it is not.
func unifiedHierarchy() (string, error) {
	roots, err := hierarchies()
	if err != nil {
		return "", err
	}
	for _, root := range roots {
		var s unix.Statfs_t
		if unix.Statfs(root, &s) == nil && s.Type == unix.CGROUP2_SUPER_MAGIC {
			return root, nil
		}
	}
	return "", nil
}

// unfiltered are those things of this kernel by which root rules the machine without any capability. They are neither devices nor sysctls,
// and a pod that may mount gets at them; only a security module could tell one mount from another.
func unfiltered() (leftOpen []string) {
	for path, what := range map[string]string{
		// drivers/tty/sysrq.c: a write reboots or crashes the machine whatever kernel.sysrq says.
		"/proc/sysrq-trigger": "the magic SysRq",
		// lib/kobject_uevent.c: the program that it names runs as root on the machine.
		"/sys/kernel/uevent_helper": "the kernel's uevent helper",
	} {
		if exists(path) {
			leftOpen = append(leftOpen, fmt.Sprintf("%s: this kernel has %s", what, path))
		}
	}
	// fs/binfmt_misc.c: an interpreter that is registered there runs, as root, with the machine's next program of its kind.
	if types, err := os.ReadFile("/proc/filesystems"); err != nil || strings.Contains(string(types), "\tbinfmt_misc\n") {
		leftOpen = append(leftOpen, "interpreters of the machine's programs: this kernel has binfmt_misc")
	}
	return leftOpen
}
