package agent

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// batchSize is more than what a busy probe sends and gets between two reads.
	batchSize        = 64
	longestDNSPacket = 9000
	controlSize      = unix.SizeofCmsghdr + 16 // one struct timespec
)

// messageHeader is struct mmsghdr of recvmmsg(2) on a 64-bit machine.
type messageHeader struct {
	unix.Msghdr
	length uint32
	_      [4]byte
}

// batch is the memory into which many packets are received by one system call, again and again.
type batch struct {
	headers [batchSize]messageHeader
	iovecs  [batchSize]unix.Iovec
	links   [batchSize]unix.RawSockaddrLinklayer
	control [batchSize][controlSize]byte
	data    [batchSize][longestDNSPacket]byte
}

func newBatch() *batch {
	b := &batch{}
	for i := range b.headers {
		b.iovecs[i].Base = &b.data[i][0]
		b.iovecs[i].SetLen(longestDNSPacket)
		b.headers[i].Iov = &b.iovecs[i]
		b.headers[i].SetIovlen(1)
		b.headers[i].Name = (*byte)(unsafe.Pointer(&b.links[i]))
		b.headers[i].Control = &b.control[i][0]
	}
	return b
}

// receive takes what has arrived, at most a batch, and waits for nothing; 0 when there is nothing, or the link has gone (ENETDOWN), which
// is no failure of the socket.
func (b *batch) receive(socket uintptr) int {
	for i := range b.headers {
		// The kernel has written over them what it used.
		b.headers[i].Namelen = unix.SizeofSockaddrLinklayer
		b.headers[i].SetControllen(controlSize)
	}
	for {
		first := uintptr(unsafe.Pointer(&b.headers[0]))
		received, _, failure := unix.Syscall6(unix.SYS_RECVMMSG, socket, first, batchSize, unix.MSG_DONTWAIT, 0, 0)
		switch failure {
		case 0:
			return int(received)
		case unix.EINTR:
		default:
			return 0
		}
	}
}

func (b *batch) packet(i int) []byte {
	return b.data[i][:min(int(b.headers[i].length), longestDNSPacket)]
}

func (b *batch) outgoing(i int) bool { return b.links[i].Pkttype == unix.PACKET_OUTGOING }

// realNs is when the kernel saw a packet, by the wall clock; false when it does not say.
func (b *batch) realNs(i int) (int64, bool) {
	control := &b.control[i]
	header := (*unix.Cmsghdr)(unsafe.Pointer(control))
	if b.headers[i].Controllen < controlSize || header.Level != unix.SOL_SOCKET || header.Type != unix.SCM_TIMESTAMPNS {
		return 0, false
	}
	stamp := control[unix.SizeofCmsghdr:]
	return int64(binary.NativeEndian.Uint64(stamp))*1e9 + int64(binary.NativeEndian.Uint64(stamp[8:])), true
}
