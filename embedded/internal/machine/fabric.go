package machine

import (
	"fmt"
	"net"

	"github.com/vishvananda/netlink"
)

const bridgeName = "fabric"

// makeFabric is the switch that joins the nodes and the control plane. It has no link to the machine: with one, nodes and
// hostNetwork pods would reach whatever listens on the machine's 0.0.0.0.
func makeFabric(address string, bits int) error {
	if err := setUp("lo"); err != nil {
		return err
	}
	attributes := netlink.NewLinkAttrs()
	attributes.Name = bridgeName
	if err := netlink.LinkAdd(&netlink.Bridge{LinkAttrs: attributes}); err != nil {
		return fmt.Errorf("adding the bridge: %w", err)
	}
	return configureLink(bridgeName, fmt.Sprintf("%s/%d", address, bits))
}

// connectNode puts one end of a veth pair on the bridge and the other, eth0, into the node, and routes the node's pods to it.
func connectNode(i, pid int, podSubnet, address string) error {
	outer := fmt.Sprintf("node%d", i+1)
	attributes := netlink.NewLinkAttrs()
	attributes.Name = outer
	veth := &netlink.Veth{LinkAttrs: attributes, PeerName: "eth0", PeerNamespace: netlink.NsPid(pid)}
	if err := netlink.LinkAdd(veth); err != nil {
		return fmt.Errorf("adding the veth pair: %w", err)
	}
	bridge, err := netlink.LinkByName(bridgeName)
	if err != nil {
		return err
	}
	link, err := netlink.LinkByName(outer)
	if err != nil {
		return err
	}
	if err := netlink.LinkSetMaster(link, bridge); err != nil {
		return err
	}
	if err := netlink.LinkSetUp(link); err != nil {
		return err
	}
	// Without this route the API server can't answer pods.
	return addRoute(podSubnet, address)
}

func addRoute(subnet, via string) error {
	_, destination, err := net.ParseCIDR(subnet)
	if err != nil {
		return err
	}
	if err := netlink.RouteAdd(&netlink.Route{Dst: destination, Gw: net.ParseIP(via)}); err != nil {
		return fmt.Errorf("route to %s via %s: %w", subnet, via, err)
	}
	return nil
}

func configureLink(name, cidr string) error {
	link, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	address, err := netlink.ParseAddr(cidr)
	if err != nil {
		return err
	}
	if err := netlink.AddrAdd(link, address); err != nil {
		return fmt.Errorf("address %s on %s: %w", cidr, name, err)
	}
	return netlink.LinkSetUp(link)
}

func setUp(name string) error {
	link, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	return netlink.LinkSetUp(link)
}
