package machine

import (
	"fmt"
	"runtime"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"
)

// waitForAnswer asks from inside the node's network until the server gives an address, or the limit has passed. One thread belongs to it: setns is per thread,
// and the thread is thrown away with its goroutine because it is never unlocked.
func (k *cluster) waitForAnswer(a Answer, limit time.Duration) error {
	result := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		pid, ok := k.nodePIDs[a.Node]
		if !ok {
			result <- fmt.Errorf("answers: no node is called %q", a.Node)
			return
		}
		if err := enterNetwork(pid); err != nil {
			result <- err
			return
		}
		query := new(dns.Msg)
		query.SetQuestion(dns.Fqdn(a.Query), dns.TypeA)
		client := &dns.Client{Timeout: 250 * time.Millisecond}
		last := "no answer"
		root := fmt.Sprintf("/proc/%d/root", pid)
		looked := time.Now().Add(20 * time.Second)
		for begun := time.Now(); time.Since(begun) < limit; time.Sleep(20 * time.Millisecond) {
			if time.Since(looked) > time.Second {
				looked = time.Now()
				if err := crashed(root, a.Container); err != nil {
					result <- fmt.Errorf("on node %s %w", a.Node, err)
					return
				}
			}
			response, _, err := client.Exchange(query, a.Server+":53")
			switch {
			case err != nil:
				last = err.Error()
			case response.Rcode == dns.RcodeSuccess && len(response.Answer) > 0:
				result <- nil
				return
			default:
				last = dns.RcodeToString[response.Rcode]
			}
		}
		result <- chance{fmt.Errorf("node %s: %s did not resolve %s within %v: %s", a.Node, a.Server, a.Query, limit, last)}
	}()
	return <-result
}

func enterNetwork(pid int) error {
	fd, err := unix.Open(fmt.Sprintf("/proc/%d/ns/net", pid), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Setns(fd, unix.CLONE_NEWNET)
}
