package agent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"nodelocal-drill/probes/internal/monotonic"
)

type linkState struct {
	present   bool
	addresses []string
}

// watchLink asks the kernel to tell of every change of links and addresses, and prints the one link's state when it differs.
func (a *Agent) watchLink(ctx context.Context, name string) error {
	socket, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return fmt.Errorf("netlink: %w", err)
	}
	groups := &unix.SockaddrNetlink{Family: unix.AF_NETLINK,
		Groups: 1<<(unix.RTNLGRP_LINK-1) | 1<<(unix.RTNLGRP_IPV4_IFADDR-1) | 1<<(unix.RTNLGRP_IPV6_IFADDR-1)}
	if err := unix.Bind(socket, groups); err != nil {
		unix.Close(socket)
		return fmt.Errorf("netlink: %w", err)
	}
	// A file of a non-blocking descriptor is waited for by the runtime's poller, without a thread of its own.
	file := os.NewFile(uintptr(socket), "netlink")
	context.AfterFunc(ctx, func() { file.Close() })

	state := readLink(name)
	a.printLink(state)
	go func() {
		buffer := make([]byte, 64<<10)
		for {
			// The messages are not read: the state is asked anew, so that a lost message (ENOBUFS) does no harm.
			if _, err := file.Read(buffer); err != nil && !errors.Is(err, unix.ENOBUFS) {
				return // the watch has ended
			}
			if now := readLink(name); now.present != state.present || !slices.Equal(now.addresses, state.addresses) {
				state = now
				a.printLink(state)
			}
		}
	}()
	return nil
}

func (a *Agent) printLink(state linkState) {
	a.output.Print(answer{"event": "link", "atNs": monotonic.NowNs(), "present": state.present, "addresses": state.addresses})
}

func readLink(name string) linkState {
	link, err := net.InterfaceByName(name)
	if err != nil {
		return linkState{addresses: []string{}}
	}
	found := []string{}
	addresses, _ := link.Addrs() // the link may go while it is asked: then it has none
	for _, address := range addresses {
		// Every IPv6 link has an address in fe80::/10, which says nothing.
		if network, ok := address.(*net.IPNet); ok && (network.IP.To4() != nil || !network.IP.IsLinkLocalUnicast()) {
			found = append(found, network.IP.String())
		}
	}
	slices.Sort(found)
	return linkState{true, found}
}
