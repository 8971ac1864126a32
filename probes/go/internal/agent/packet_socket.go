package agent

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// receiveBuffer holds some thousand DNS packets: a minute of a busy probe, read or not.
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
	// Not SOCK_NONBLOCK: os.NewFile would then give it to the runtime's poller, which every packet wakes, although nobody waits for one
	// (two thousand times a second on a node, most of what the agent used). It is read with MSG_DONTWAIT.
	socket, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
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

// dnsFilter lets UDP and TCP through that leaves for port 53 or arrives from there, of IPv4 (no later fragments) and IPv6 (no extension
// headers). On the loopback link every packet is seen both ways: only one of them passes.
func dnsFilter() *unix.SockFprog {
	const (
		loadByte  = unix.BPF_LD | unix.BPF_B | unix.BPF_ABS
		loadHalf  = unix.BPF_LD | unix.BPF_H | unix.BPF_ABS
		loadHalfX = unix.BPF_LD | unix.BPF_H | unix.BPF_IND
		loadWord  = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		ipv4X     = unix.BPF_LDX | unix.BPF_B | unix.BPF_MSH
		equal     = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		anyBit    = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
		jump      = unix.BPF_JMP | unix.BPF_JA
		and       = unix.BPF_ALU | unix.BPF_AND | unix.BPF_K
		result    = unix.BPF_RET | unix.BPF_K
		// Not in the packet: whether it leaves (SKF_AD_OFF + SKF_AD_PKTTYPE, include/uapi/linux/filter.h).
		packetType = 0xfffff000 + 4
	)
	program := []unix.SockFilter{
		0:  {Code: loadByte, K: 0},
		1:  {Code: and, K: 0xf0},
		2:  {Code: equal, K: 0x40, Jt: 1},          // IPv4: to 4
		3:  {Code: equal, K: 0x60, Jt: 12, Jf: 22}, // IPv6: to 16
		4:  {Code: loadByte, K: 9},
		5:  {Code: equal, K: unix.IPPROTO_UDP, Jt: 1},
		6:  {Code: equal, K: unix.IPPROTO_TCP, Jf: 19},
		7:  {Code: loadHalf, K: 6},
		8:  {Code: anyBit, K: 0x1fff, Jt: 17},
		9:  {Code: ipv4X, K: 0},
		10: {Code: loadWord, K: packetType},
		11: {Code: equal, K: unix.PACKET_OUTGOING, Jf: 2},
		12: {Code: loadHalfX, K: 2}, // its destination
		13: {Code: jump, K: 10},     // to 24
		14: {Code: loadHalfX, K: 0}, // its source
		15: {Code: jump, K: 8},      // to 24
		16: {Code: loadByte, K: 6},
		17: {Code: equal, K: unix.IPPROTO_UDP, Jt: 1},
		18: {Code: equal, K: unix.IPPROTO_TCP, Jf: 7},
		19: {Code: loadWord, K: packetType},
		20: {Code: equal, K: unix.PACKET_OUTGOING, Jf: 2},
		21: {Code: loadHalf, K: 42},
		22: {Code: jump, K: 1}, // to 24
		23: {Code: loadHalf, K: 40},
		24: {Code: equal, K: serverPort, Jf: 1},
		25: {Code: result, K: 0xffff},
		26: {Code: result, K: 0},
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
