package agent

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Sizes of struct inet_diag_req_v2 and inet_diag_msg, and of what stands before the addresses in the latter
// (include/uapi/linux/inet_diag.h).
const (
	diagRequestSize = 56
	diagMessageSize = 72
	sockDiagByFam   = 20 // SOCK_DIAG_BY_FAMILY, include/uapi/linux/sock_diag.h
	listenState     = 10 // TCP_LISTEN
)

// tcpListeners are the local addresses on which TCP port 53 is listened on, asked from the kernel by netlink for listening sockets
// alone. /proc/net/tcp would walk the table of all connections as well: some 7 ms each time on a machine with much memory.
func tcpListeners() ([]netip.Addr, error) {
	socket, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return nil, fmt.Errorf("sock_diag: %w", err)
	}
	defer unix.Close(socket)
	var found []netip.Addr
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		if err := unix.Sendto(socket, diagRequest(family), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
			return nil, fmt.Errorf("sock_diag: %w", err)
		}
		if found, err = readListeners(socket, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func diagRequest(family uint8) []byte {
	request := make([]byte, unix.SizeofNlMsghdr+diagRequestSize)
	binary.NativeEndian.PutUint32(request[0:], uint32(len(request)))
	binary.NativeEndian.PutUint16(request[4:], sockDiagByFam)
	binary.NativeEndian.PutUint16(request[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	body := request[unix.SizeofNlMsghdr:]
	body[0], body[1] = family, unix.IPPROTO_TCP
	binary.NativeEndian.PutUint32(body[4:], 1<<listenState)
	return request
}

// readListeners reads the answers to one request up to NLMSG_DONE.
func readListeners(socket int, found []netip.Addr) ([]netip.Addr, error) {
	buffer := make([]byte, 32<<10)
	for {
		length, _, err := unix.Recvfrom(socket, buffer, 0)
		if err != nil {
			return nil, fmt.Errorf("sock_diag: %w", err)
		}
		for rest := buffer[:length]; len(rest) >= unix.SizeofNlMsghdr; {
			size := int(binary.NativeEndian.Uint32(rest))
			if size < unix.SizeofNlMsghdr || size > len(rest) {
				return nil, fmt.Errorf("sock_diag: a message of %d bytes in %d", size, len(rest))
			}
			switch binary.NativeEndian.Uint16(rest[4:]) {
			case unix.NLMSG_DONE:
				return found, nil
			case unix.NLMSG_ERROR:
				return nil, fmt.Errorf("sock_diag: refused")
			case sockDiagByFam:
				if address, ok := listenerOf(rest[unix.SizeofNlMsghdr:size]); ok {
					found = append(found, address)
				}
			}
			rest = rest[min(len(rest), (size+3)&^3):]
		}
	}
}

// listenerOf reads the source address of an inet_diag_msg whose source port is 53.
func listenerOf(message []byte) (netip.Addr, bool) {
	if len(message) < diagMessageSize || binary.BigEndian.Uint16(message[4:]) != serverPort {
		return netip.Addr{}, false
	}
	length := 4
	if message[0] == unix.AF_INET6 {
		length = 16
	}
	address, ok := netip.AddrFromSlice(message[8 : 8+length])
	return address.Unmap(), ok
}
