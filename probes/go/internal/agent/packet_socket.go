package agent

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// receiveBuffer holds some thousand DNS packets: seconds of a busy probe while the agent gets no CPU.
const receiveBuffer = 4 << 20

// openPacketSocket makes a socket that sees the DNS packets of another process's network namespace. A socket stays in
// the namespace in which it was made, so only its making needs a thread there.
func openPacketSocket(pid int) (*os.File, error) {
	type result struct {
		file *os.File
		err  error
	}
	done := make(chan result)
	go func() {
		// Never unlocked: the thread ends with this goroutine, so that nothing else can run in the other namespace.
		runtime.LockOSThread()
		file, err := openInNamespace(fmt.Sprintf("/proc/%d/ns/net", pid))
		done <- result{file, err}
	}()
	r := <-done
	return r.file, r.err
}

func openInNamespace(path string) (*os.File, error) {
	namespace, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer unix.Close(namespace)
	if err := unix.Setns(namespace, unix.CLONE_NEWNET); err != nil {
		return nil, fmt.Errorf("setns %s: %w", path, err)
	}
	// Protocol 0 receives nothing until it is bound, so no packet gets past the filter. SOCK_DGRAM: packets begin with IP.
	socket, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("packet socket: %w", err)
	}
	if err := configure(socket); err != nil {
		unix.Close(socket)
		return nil, fmt.Errorf("packet socket: %w", err)
	}
	return os.NewFile(uintptr(socket), path), nil
}

func configure(socket int) error {
	if err := unix.SetsockoptSockFprog(socket, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, dnsFilter()); err != nil {
		return fmt.Errorf("filter: %w", err)
	}
	if err := unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, receiveBuffer); err != nil {
		return fmt.Errorf("receive buffer: %w", err)
	}
	if err := unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1); err != nil {
		return fmt.Errorf("time stamps: %w", err)
	}
	all := hostToNetwork(unix.ETH_P_ALL)
	return unix.Bind(socket, &unix.SockaddrLinklayer{Protocol: all})
}

// hostToNetwork is htons(3); all machines that the suite runs on are little-endian.
func hostToNetwork(value uint16) uint16 { return value<<8 | value>>8 }

// dnsFilter lets UDP and TCP from and to port 53 through, of IPv4 (no later fragments) and IPv6 (no extension headers).
func dnsFilter() *unix.SockFprog {
	const (
		loadByte  = unix.BPF_LD | unix.BPF_B | unix.BPF_ABS
		loadHalf  = unix.BPF_LD | unix.BPF_H | unix.BPF_ABS
		loadHalfX = unix.BPF_LD | unix.BPF_H | unix.BPF_IND
		ipv4X     = unix.BPF_LDX | unix.BPF_B | unix.BPF_MSH
		equal     = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		anyBit    = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
		and       = unix.BPF_ALU | unix.BPF_AND | unix.BPF_K
		result    = unix.BPF_RET | unix.BPF_K
	)
	program := []unix.SockFilter{
		0:  {Code: loadByte, K: 0},
		1:  {Code: and, K: 0xf0},
		2:  {Code: equal, K: 0x40, Jt: 1},
		3:  {Code: equal, K: 0x60, Jt: 9, Jf: 16},
		4:  {Code: loadByte, K: 9},
		5:  {Code: equal, K: unix.IPPROTO_UDP, Jt: 1},
		6:  {Code: equal, K: unix.IPPROTO_TCP, Jf: 13},
		7:  {Code: loadHalf, K: 6},
		8:  {Code: anyBit, K: 0x1fff, Jt: 11},
		9:  {Code: ipv4X, K: 0},
		10: {Code: loadHalfX, K: 0},
		11: {Code: equal, K: serverPort, Jt: 9},
		12: {Code: unix.BPF_JMP | unix.BPF_JA, K: 5}, // to 18
		13: {Code: loadByte, K: 6},
		14: {Code: equal, K: unix.IPPROTO_UDP, Jt: 1},
		15: {Code: equal, K: unix.IPPROTO_TCP, Jf: 4},
		16: {Code: loadHalf, K: 40},
		17: {Code: equal, K: serverPort, Jt: 3, Jf: 4},
		18: {Code: loadHalfX, K: 2},
		19: {Code: equal, K: serverPort, Jt: 1},
		20: {Code: result, K: 0},
		21: {Code: result, K: 0xffff},
		22: {Code: loadHalf, K: 42},
		23: {Code: equal, K: serverPort, Jt: 1},
		24: {Code: result, K: 0},
		25: {Code: result, K: 0xffff},
	}
	return &unix.SockFprog{Len: uint16(len(program)), Filter: (*unix.SockFilter)(unsafe.Pointer(&program[0]))}
}

// kernelDrops is how many packets the kernel threw away for want of room, since it was asked last.
func kernelDrops(socket int) int {
	statistics, err := unix.GetsockoptTpacketStats(socket, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	if err != nil {
		return 0
	}
	return int(statistics.Drops)
}
