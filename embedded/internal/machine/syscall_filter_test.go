package machine

import (
	"encoding/binary"
	"testing"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

func TestSyscallFilter(t *testing.T) {
	const allowed = unix.SECCOMP_RET_ALLOW
	refused := func(errno unix.Errno) uint32 { return unix.SECCOMP_RET_ERRNO | uint32(errno) }
	for name, c := range map[string]struct {
		audit, number, first uint32
		onlyV2               bool
		want                 uint32
	}{
		"an ordinary call":              {unix.AUDIT_ARCH_X86_64, unix.SYS_READ, 40, false, allowed},
		"mount":                         {unix.AUDIT_ARCH_X86_64, unix.SYS_MOUNT, 0, false, allowed},
		"another ABI":                   {unix.AUDIT_ARCH_I386, unix.SYS_READ, 0, false, refused(unix.EPERM)},
		"x32":                           {unix.AUDIT_ARCH_X86_64, x32Bit | unix.SYS_READ, 0, false, refused(unix.EPERM)},
		"a file by its number":          {unix.AUDIT_ARCH_X86_64, unix.SYS_OPEN_BY_HANDLE_AT, 0, false, refused(unix.EPERM)},
		"keys":                          {unix.AUDIT_ARCH_X86_64, unix.SYS_KEYCTL, 0, false, refused(unix.ENOSYS)},
		"a TCP socket":                  {unix.AUDIT_ARCH_X86_64, unix.SYS_SOCKET, unix.AF_INET, false, allowed},
		"a vsock":                       {unix.AUDIT_ARCH_X86_64, unix.SYS_SOCKET, unix.AF_VSOCK, false, refused(unix.EAFNOSUPPORT)},
		"runc's bpf":                    {unix.AUDIT_ARCH_X86_64, unix.SYS_BPF, 5, false, refused(unix.EPERM)},
		"runc's bpf, with v2 alone":     {unix.AUDIT_ARCH_X86_64, unix.SYS_BPF, 5, true, allowed},
		"bpf on a function, with v2":    {unix.AUDIT_ARCH_X86_64, unix.SYS_BPF, 17, true, refused(unix.EPERM)},
		"bpf's links, with v2":          {unix.AUDIT_ARCH_X86_64, unix.SYS_BPF, 28, true, refused(unix.EPERM)},
		"bpf on a function, without v2": {unix.AUDIT_ARCH_X86_64, unix.SYS_BPF, 17, false, refused(unix.EPERM)},
	} {
		t.Run(name, func(t *testing.T) {
			raw, err := syscallFilter("amd64", c.onlyV2)
			if err != nil {
				t.Fatal(err)
			}
			program, _ := bpf.Disassemble(raw)
			machine, err := bpf.NewVM(program)
			if err != nil {
				t.Fatal(err)
			}
			// The interpreter reads in network order, as it was made for packets; the kernel's own order is a seccomp filter's.
			call := make([]byte, 64)
			for at, value := range map[int]uint32{offsetNumber: c.number, offsetArchitecture: c.audit, offsetFirst: c.first} {
				binary.BigEndian.PutUint32(call[at:], value)
			}
			got, err := machine.Run(call)
			if err != nil || uint32(got) != c.want {
				t.Errorf("%#x, %v; want %#x", got, err, c.want)
			}
		})
	}
}
