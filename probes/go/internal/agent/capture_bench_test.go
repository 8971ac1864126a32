package agent

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	benchPod    = "10.244.1.7"
	benchServer = "169.254.20.10"
	// perRead is what a busy probe sends and gets from one reading to the next: 20 lookups a second, each with two queries and two responses.
	perRead = int(80 * readEvery / time.Second)
)

// BenchmarkTake is what one query and its response cost once they are read.
func BenchmarkTake(b *testing.B) {
	p := newProbeCapture("p", nil, newRecorded(b.N))
	query := ipv4(64, 17, benchPod, benchServer, udp(4444, 53, benchMessage(false)))
	response := ipv4(64, 17, benchServer, benchPod, udp(53, 4444, benchMessage(true)))
	b.ReportAllocs()
	begun := cpuTime()
	for n := range b.N {
		for _, data := range [][]byte{query, response} {
			binary.BigEndian.PutUint16(data[28:], uint16(n)) // the message's ID
		}
		p.read(query, int64(n), true)
		p.read(response, int64(n)+1, false)
	}
	b.ReportMetric(float64((cpuTime()-begun).Nanoseconds())/float64(b.N), "cpu-ns/op")
	if len(p.found) != b.N || p.found[0].queryAtNs != 0 || p.found[b.N-1].queryAtNs != int64(b.N-1) {
		b.Fatalf("%d responses, the last of %+v", len(p.found), p.found[b.N-1])
	}
}

// BenchmarkEmpty is what it costs to read packets from a socket, as often as the agent does: one operation is one packet. The packets
// come and go by a real link; the time of their sending is not counted in cpu-ns/op.
func BenchmarkEmpty(b *testing.B) {
	pod, server, socket := benchLink(b)
	query := ethernet(ipv4(64, 17, benchPod, benchServer, udp(4444, 53, benchMessage(false))))
	response := ethernet(ipv4(64, 17, benchServer, benchPod, udp(53, 4444, benchMessage(true))))
	p := newProbeCapture("p", socket, newRecorded(b.N))
	into := newBatch()
	var cpu time.Duration
	for n := 0; n < b.N; n += perRead {
		for range min(perRead, b.N-n) / 2 {
			binary.BigEndian.PutUint16(query[14+28:], uint16(n))
			binary.BigEndian.PutUint16(response[14+28:], uint16(n))
			for socket, frame := range map[int][]byte{pod: query, server: response} {
				if _, err := unix.Write(socket, frame); err != nil {
					b.Fatal(err)
				}
			}
		}
		begun := cpuTime()
		p.empty(into)
		cpu += cpuTime() - begun
	}
	b.ReportMetric(float64(cpu.Nanoseconds())/float64(b.N), "cpu-ns/op")
	if len(p.found) < b.N/2-perRead {
		b.Fatalf("%d responses of %d packets", len(p.found), b.N)
	}
}

func benchMessage(response bool) []byte {
	data := []byte("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01\x03www\x07example\x03com\x00\x00\x01\x00\x01\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00")
	if response {
		data[2] = 0x81
	}
	return data
}

func ethernet(packet []byte) []byte {
	// To all, of a group of its own.
	return append([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 0}, packet...)
}

func cpuTime() time.Duration {
	var usage unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// benchLink makes a pod's network namespace and another one, with a link between them: sockets that send into both its ends, and one
// that captures in the pod's.
func benchLink(b *testing.B) (pod, server int, capturing *os.File) {
	type made struct {
		pod, server int
		capturing   *os.File
		err         error
	}
	done := make(chan made)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		var m made
		defer func() { done <- m }()
		if m.err = unix.Unshare(unix.CLONE_NEWNET); m.err != nil {
			return
		}
		own := fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid())
		other := exec.Command("unshare", "--net", "sleep", "1000")
		if m.err = other.Start(); m.err != nil {
			return
		}
		b.Cleanup(func() { _ = other.Process.Kill(); _ = other.Wait() })
		time.Sleep(300 * time.Millisecond)
		for _, link := range [][]string{
			{"link", "add", "pod", "type", "veth", "peer", "name", "server", "netns", fmt.Sprint(other.Process.Pid)},
			{"link", "set", "pod", "up"},
		} {
			if text, err := exec.Command("ip", link...).CombinedOutput(); err != nil {
				m.err = fmt.Errorf("ip %v: %w: %s", link, err, text)
				return
			}
		}
		into := []string{"--net", "--target", fmt.Sprint(other.Process.Pid), "ip", "link", "set", "server", "up"}
		if m.err = exec.Command("nsenter", into...).Run(); m.err != nil {
			return
		}
		if m.capturing, m.err = openInNamespace(own); m.err != nil {
			return
		}
		if m.pod, m.err = rawSocket("pod"); m.err != nil {
			return
		}
		namespace, err := unix.Open(fmt.Sprintf("/proc/%d/ns/net", other.Process.Pid), unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if m.err = err; err != nil {
			return
		}
		defer unix.Close(namespace)
		if m.err = unix.Setns(namespace, unix.CLONE_NEWNET); m.err == nil {
			m.server, m.err = rawSocket("server")
		}
	}()
	m := <-done
	if m.err != nil {
		b.Skipf("no namespaces here: %v", m.err)
	}
	b.Cleanup(func() { unix.Close(m.pod); unix.Close(m.server); m.capturing.Close() })
	return m.pod, m.server, m.capturing
}

func rawSocket(link string) (int, error) {
	socket, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	var request *unix.Ifreq
	if request, err = unix.NewIfreq(link); err != nil {
		return 0, err
	}
	if err := unix.IoctlIfreq(socket, unix.SIOCGIFINDEX, request); err != nil {
		return 0, err
	}
	return socket, unix.Bind(socket, &unix.SockaddrLinklayer{Ifindex: int(request.Uint32())})
}
