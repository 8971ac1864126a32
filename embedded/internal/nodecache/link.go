package nodecache

import (
	"net"

	"github.com/vishvananda/netlink"
)

// link is the interface that makes the local addresses the node's own.
type link struct {
	name      string
	addresses []*netlink.Addr
}

func newLink(name string, localIPs []string) link {
	l := link{name: name}
	for _, ip := range localIPs {
		l.addresses = append(l.addresses, &netlink.Addr{IPNet: netlink.NewIPNet(net.ParseIP(ip))})
	}
	return l
}

// ensure adopts a link of that name whatever its type, and else adds a dummy one; it says whether the link was there.
//
// As in node-cache (kubernetes/dns 9aa70b8f, pkg/netif/netif.go), it is never set up, for an address of a link that is
// down is local all the same; and of an adopted link, errors in adding an address ("file exists" mostly) are ignored.
func (l link) ensure() (existed bool, err error) {
	if existing, err := netlink.LinkByName(l.name); err == nil {
		for _, address := range l.addresses {
			_ = netlink.AddrAdd(existing, address)
		}
		return true, nil
	}
	dummy := &netlink.Dummy{LinkAttrs: netlink.LinkAttrs{Name: l.name}}
	if err := netlink.LinkAdd(dummy); err != nil {
		return false, err
	}
	for _, address := range l.addresses {
		if err := netlink.AddrAdd(dummy, address); err != nil {
			return false, err
		}
	}
	return false, nil
}

// remove deletes the link, also one that was adopted.
func (l link) remove() error {
	existing, err := netlink.LinkByName(l.name)
	if err != nil {
		return err
	}
	return netlink.LinkDel(existing)
}
