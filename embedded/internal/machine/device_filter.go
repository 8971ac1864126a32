package machine

import (
	"fmt"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

// What is done to a device (linux/bpf.h, BPF_DEVCG_ACC_…).
const (
	makeNode    = 1
	readDevice  = 2
	writeDevice = 4
	anyAccess   = makeNode | readDevice | writeDevice
)

// characterDevice is BPF_DEVCG_DEV_CHAR of linux/bpf.h.
const characterDevice = 2

// allowedDevice is one or, with a negative minor, all of a driver.
type allowedDevice struct {
	major, minor int32
	access       int32
}

// allowedDevices are those that don't reach past their opener (Documentation/admin-guide/devices.txt). No block device is among them.
var allowedDevices = []allowedDevice{
	{1, 3, anyAccess}, // null
	{1, 5, anyAccess}, // zero
	{1, 7, anyAccess}, // full
	{1, 8, anyAccess}, // random
	{1, 9, anyAccess}, // urandom
	// kmsg: kubelet looks there for processes that were out of memory, and a privileged pod gets a node of it.
	{1, 11, makeNode | readDevice},
	{5, 0, anyAccess},    // tty: the opener's own terminal
	{5, 2, anyAccess},    // ptmx
	{10, 229, anyAccess}, // fuse: serves mounts of its opener
	// pts, the slaves of ptmx
	{136, -1, anyAccess}, {137, -1, anyAccess}, {138, -1, anyAccess}, {139, -1, anyAccess},
	{140, -1, anyAccess}, {141, -1, anyAccess}, {142, -1, anyAccess}, {143, -1, anyAccess},
}

// attachDeviceFilter refuses every device that is not in allowedDevices, whoever asks for it (mknod, open, mount).
func attachDeviceFilter(cgroup int) error {
	// struct bpf_cgroup_dev_ctx { u32 access << 16 | type; u32 major; u32 minor }
	instructions := asm.Instructions{
		asm.LoadMem(asm.R2, asm.R1, 0, asm.Word),
		asm.LoadMem(asm.R4, asm.R1, 4, asm.Word),
		asm.LoadMem(asm.R5, asm.R1, 8, asm.Word),
		asm.Mov.Reg(asm.R3, asm.R2),
		asm.RSh.Imm(asm.R3, 16),
		asm.And.Imm(asm.R2, 0xffff),
		asm.JNE.Imm(asm.R2, characterDevice, "refuse"),
	}
	for i, d := range allowedDevices {
		next := "refuse"
		if i+1 < len(allowedDevices) {
			next = fmt.Sprintf("device%d", i+1)
		}
		instructions = append(instructions, asm.JNE.Imm(asm.R4, d.major, next).WithSymbol(fmt.Sprintf("device%d", i)))
		if d.minor >= 0 {
			instructions = append(instructions, asm.JNE.Imm(asm.R5, d.minor, next))
		}
		instructions = append(instructions,
			asm.And.Imm(asm.R3, anyAccess&^d.access),
			asm.JEq.Imm(asm.R3, 0, "allow"),
			asm.Ja.Label("refuse"),
		)
	}
	return attachProgram(cgroup, ebpf.AttachCGroupDevice, &ebpf.ProgramSpec{
		Type: ebpf.CGroupDevice, Instructions: append(instructions, verdicts()...),
	})
}

// verdicts are the two ends of a filter that is attached to a cgroup: 0 refuses with EPERM.
func verdicts() asm.Instructions {
	return asm.Instructions{
		asm.Mov.Imm(asm.R0, 0).WithSymbol("refuse"),
		asm.Return(),
		asm.Mov.Imm(asm.R0, 1).WithSymbol("allow"),
		asm.Return(),
	}
}

// attachProgram attaches beside other programs, now and later: on a pure cgroup v2 machine runc attaches one to each container's cgroup, and
// what one refuses is refused. It stays until the cgroup is removed.
func attachProgram(cgroup int, at ebpf.AttachType, spec *ebpf.ProgramSpec) error {
	spec.License = "GPL"
	program, err := ebpf.NewProgram(spec)
	if err != nil {
		return err
	}
	defer program.Close()
	return link.RawAttachProgram(link.RawAttachProgramOptions{Target: cgroup, Program: program, Attach: at, Flags: unix.BPF_F_ALLOW_MULTI})
}
