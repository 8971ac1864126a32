package agent

import (
	"net"
	"net/netip"
	"slices"
	"testing"
)

func TestTCPListenersAreAskedFromTheKernel(t *testing.T) {
	const address = "127.0.0.153"
	listener, err := net.Listen("tcp4", address+":53")
	if err != nil {
		t.Skipf("port 53 needs root: %v", err)
	}
	found, err := tcpListeners()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(found, netip.MustParseAddr(address)) {
		t.Errorf("%s:53 is listened on, found %v", address, found)
	}
	listener.Close()
	found, err = tcpListeners()
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(found, netip.MustParseAddr(address)) {
		t.Errorf("%s:53 is not listened on any more, found %v", address, found)
	}
}
