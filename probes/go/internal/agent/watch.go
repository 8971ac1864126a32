package agent

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"nodelocal-drill/probes/internal/monotonic"
)

// calmEvery is how often the node is looked at while the watched process lives and every port is bound. Its end is told at once all
// the same, and from then on the node is looked at as often as was asked.
const calmEvery = 250 * time.Millisecond

// watch prints what changes on the node until the context ends: processes, bound ports, and the link with its addresses.
// What is there at the start is printed too (ports and link), so that a reader needs no second source for it.
func (a *Agent) watch(ctx context.Context, c command) error {
	if c.Comm == "" || c.EveryMs < 1 {
		return errors.New("watch needs comm and everyMs")
	}
	addresses := make([]netip.Addr, len(c.LocalIPs))
	for i, text := range c.LocalIPs {
		address, err := netip.ParseAddr(text)
		if err != nil {
			return fmt.Errorf("localIps: %w", err)
		}
		addresses[i] = address
	}
	if c.Link != "" {
		if err := a.watchLink(ctx, c.Link); err != nil {
			return err
		}
	}
	processes := newProcessWatch(a.proc, a.output, c.Comm)
	ports := newPortWatch(a.proc, a.output, addresses)
	every := time.Duration(c.EveryMs) * time.Millisecond
	go func() {
		for {
			processes.look()
			ports.look()
			next := calmEvery
			if ports.missing() || processes.recentlyGone(monotonic.NowNs()) {
				next = every
			}
			select {
			case <-ctx.Done():
				return
			case <-processes.gone:
			case <-time.After(next):
			}
		}
	}()
	return nil
}
