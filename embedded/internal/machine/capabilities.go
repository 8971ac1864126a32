package machine

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// droppedCapabilities are those with which nothing but the whole machine can be changed or read (capabilities(7)). What CAP_SYS_ADMIN
// allows, which a node can't do without, is for filterSyscalls.
var droppedCapabilities = map[string]uintptr{
	"CAP_SYS_MODULE": unix.CAP_SYS_MODULE, // code in the kernel
	"CAP_SYS_RAWIO":  unix.CAP_SYS_RAWIO,  // memory and I/O ports: /dev/mem, /proc/kcore, iopl
	"CAP_SYS_BOOT":   unix.CAP_SYS_BOOT,   // another kernel: kexec; reboot
	"CAP_SYS_TIME":   unix.CAP_SYS_TIME,   // the clock, by which outages are measured
}

// dropCapabilities takes them from the bounding set of this thread: programs that it starts or becomes can't have them.
func dropCapabilities() error {
	for name, number := range droppedCapabilities {
		// EINVAL: the kernel doesn't know it.
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, number, 0, 0, 0); err != nil && err != unix.EINVAL {
			return fmt.Errorf("dropping %s: %w", name, err)
		}
	}
	return nil
}
