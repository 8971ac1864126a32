package machine

import (
	"fmt"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
)

// writableSysctls are the beginnings of those names whose values belong to a namespace that a node or pod has of its own: network, IPC and
// UTS (net/, ipc/ipc_sysctl.c, ipc/mq_sysctl.c, kernel/utsname_sysctl.c). The network's few that are the whole machine's are read-only
// outside its own namespace by the kernel itself (net/ipv4/sysctl_net_ipv4.c, net/core/sysctl_net_core.c).
var writableSysctls = []string{
	"net/", "fs/mqueue/", "kernel/msg", "kernel/sem", "kernel/shm", "kernel/auto_msgmni", "kernel/hostname", "kernel/domainname",
}

// longestName is what is read of a sysctl's name, with its NUL; it is more than any of writableSysctls.
const longestName = 32

// attachSysctlFilter refuses to write any other sysctl, whichever mount of proc it is written through.
func attachSysctlFilter(cgroup int) error {
	// struct bpf_sysctl { u32 write; u32 file_pos }
	instructions := asm.Instructions{
		asm.LoadMem(asm.R2, asm.R1, 0, asm.Word),
		asm.JEq.Imm(asm.R2, 0, "allow"),
		asm.Mov.Reg(asm.R2, asm.RFP),
		asm.Add.Imm(asm.R2, -longestName),
		asm.Mov.Imm(asm.R3, longestName),
		asm.Mov.Imm(asm.R4, 0),
		// A name that is too long is cut off: its beginning is enough.
		asm.FnSysctlGetName.Call(),
	}
	for i, beginning := range writableSysctls {
		instructions = append(instructions, jumpIfBegins(beginning, -longestName, fmt.Sprintf("name%d", i), "allow")...)
	}
	return attachProgram(cgroup, ebpf.AttachCGroupSysctl, &ebpf.ProgramSpec{
		Type: ebpf.CGroupSysctl, Instructions: append(instructions, verdicts()...),
	})
}

// jumpIfBegins compares a text on the stack byte by byte, and goes on after itself when it begins otherwise. label is its own.
func jumpIfBegins(beginning string, at int16, label, then string) asm.Instructions {
	var instructions asm.Instructions
	for i := range len(beginning) {
		instructions = append(instructions,
			asm.LoadMem(asm.R2, asm.RFP, at+int16(i), asm.Byte),
			asm.JNE.Imm(asm.R2, int32(beginning[i]), label),
		)
	}
	return append(instructions, asm.Ja.Label(then), asm.Mov.Imm(asm.R2, 0).WithSymbol(label))
}
