package machine

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// refusedSyscalls reach the machine past every namespace, and are open to CAP_SYS_ADMIN or to anybody; nothing that runs in a node needs
// them. Docker's default profile (moby/profiles, seccomp/default.json) refuses them too, to containers without the capability.
var refusedSyscalls = map[uint32]unix.Errno{
	// Any file of a file system of which one is in reach, by its number.
	unix.SYS_OPEN_BY_HANDLE_AT: unix.EPERM,
	// Keys of root are those of the machine's root. ENOSYS: runc goes on without a keyring (libcontainer/standard_init_linux.go).
	unix.SYS_KEYCTL:      unix.ENOSYS,
	unix.SYS_ADD_KEY:     unix.ENOSYS,
	unix.SYS_REQUEST_KEY: unix.ENOSYS,
	// What other processes and the kernel do.
	unix.SYS_PERF_EVENT_OPEN: unix.EPERM,
	unix.SYS_SWAPON:          unix.EPERM,
	unix.SYS_SWAPOFF:         unix.EPERM,
	unix.SYS_QUOTACTL:        unix.EPERM,
	unix.SYS_QUOTACTL_FD:     unix.EPERM,
	// It opens sockets without socket(2), which is filtered below.
	unix.SYS_IO_URING_SETUP: unix.ENOSYS,
}

// bpfOfRunc are the commands by which runc gives a container its own device filter where there is only cgroup v2 (linux/bpf.h,
// enum bpf_cmd). Those that attach programs to the kernel's functions, or reach objects by their number, are not among them.
var bpfOfRunc = []uint32{
	5,  // BPF_PROG_LOAD
	8,  // BPF_PROG_ATTACH, to a cgroup in reach
	9,  // BPF_PROG_DETACH
	13, // BPF_PROG_GET_FD_BY_ID
	16, // BPF_PROG_QUERY
}

// What a filter sees: struct seccomp_data of linux/seccomp.h, little-endian.
const (
	offsetNumber       = 0
	offsetArchitecture = 4
	offsetFirst        = 16
)

// x32Bit marks a call by x86's third ABI, under the same architecture (asm/unistd.h, __X32_SYSCALL_BIT).
const x32Bit = 0x40000000

// filterSyscalls installs the filter on this thread; what it starts or becomes inherits it, and can't take it off.
func filterSyscalls() error {
	program, err := syscallFilter(runtime.GOARCH, unified())
	if err != nil {
		return err
	}
	filters := make([]unix.SockFilter, len(program))
	for i, each := range program {
		filters[i] = unix.SockFilter{Code: each.Op, Jt: each.Jt, Jf: each.Jf, K: each.K}
	}
	argument := unix.SockFprog{Len: uint16(len(filters)), Filter: &filters[0]}
	if _, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&argument))); errno != 0 {
		return fmt.Errorf("filtering system calls: %w", errno)
	}
	return nil
}

// syscallFilter refuses what is listed above, vsock, and all that comes by another ABI than the machine's own; the rest is allowed.
func syscallFilter(architecture string, onlyV2 bool) ([]bpf.RawInstruction, error) {
	audit, known := map[string]uint32{"amd64": unix.AUDIT_ARCH_X86_64, "arm64": unix.AUDIT_ARCH_AARCH64}[architecture]
	if !known {
		return nil, fmt.Errorf("filtering system calls: the ABI of %s is not known", architecture)
	}
	program := []bpf.Instruction{
		bpf.LoadAbsolute{Off: offsetArchitecture, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: audit, SkipTrue: 1},
		refuse(unix.EPERM),
		bpf.LoadAbsolute{Off: offsetNumber, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: x32Bit, SkipTrue: 1},
		refuse(unix.EPERM),
	}
	for number, errno := range refusedSyscalls {
		program = append(program, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: number, SkipTrue: 1}, refuse(errno))
	}
	// A vsock leads out of a virtual machine, whatever the network namespace.
	program = append(program,
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.SYS_SOCKET, SkipTrue: 4},
		bpf.LoadAbsolute{Off: offsetFirst, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.AF_VSOCK, SkipTrue: 1},
		refuse(unix.EAFNOSUPPORT),
		allow,
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.SYS_BPF, SkipTrue: 1},
		allow,
		bpf.LoadAbsolute{Off: offsetFirst, Size: 4},
	)
	if onlyV2 {
		for _, command := range bpfOfRunc {
			program = append(program, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: command, SkipTrue: 1}, allow)
		}
	}
	return bpf.Assemble(append(program, refuse(unix.EPERM)))
}

var allow = bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW}

func refuse(errno unix.Errno) bpf.RetConstant {
	return bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(errno)}
}
