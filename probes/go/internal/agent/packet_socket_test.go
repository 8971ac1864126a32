package agent

import (
	"fmt"
	"net"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// On the loopback link every packet is seen as it leaves and as it arrives: of each query and each response one is taken, and of what
// has nothing to do with port 53 none.
func TestEachPacketOfTheLoopbackLinkIsTakenOnce(t *testing.T) {
	err := inNewNamespace(func(path string) error {
		file, err := openInNamespace(path)
		if err != nil {
			return err
		}
		defer file.Close()
		for _, address := range []string{"127.0.0.1", "[::1]"} {
			server, err := net.ListenPacket("udp", address+":53")
			if err != nil {
				return err
			}
			defer server.Close()
			client, err := net.Dial("udp", address+":53")
			if err != nil {
				return err
			}
			defer client.Close()
			elsewhere, err := net.ListenPacket("udp", address+":54")
			if err != nil {
				return err
			}
			defer elsewhere.Close()
			_, _ = client.Write(message(false))
			_, _ = server.WriteTo(message(true), client.LocalAddr())
			_, _ = elsewhere.WriteTo(message(true), client.LocalAddr())
		}
		shared := newRecorded(10)
		p := newProbeCapture("p", file, shared)
		into := newBatch()
		connection, _ := file.SyscallConn()
		received := 0
		_ = connection.Control(func(socket uintptr) { received = into.receive(socket) })
		p.readAll(into, received)
		if received != 4 || len(p.found) != 2 {
			t.Errorf("%d packets, %d responses", received, len(p.found))
		}
		for _, each := range p.found {
			if each.queryAtNs == 0 || each.atNs < each.queryAtNs || !each.ownNode {
				t.Errorf("%+v", each)
			}
		}
		return nil
	})
	if err != nil {
		t.Skipf("no namespaces here: %v", err)
	}
}

// inNewNamespace does something in a network namespace that has but a loopback link, and ends with it.
func inNewNamespace(act func(path string) error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			done <- err
			return
		}
		if err := linkUp("lo"); err != nil {
			done <- err
			return
		}
		done <- act(fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid()))
	}()
	return <-done
}

func linkUp(name string) error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	request, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request)
}
