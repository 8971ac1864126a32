package machine

import (
	"context"
	"fmt"

	containerd "github.com/containerd/containerd/v2/client"
	"github.com/containerd/containerd/v2/pkg/namespaces"
	"golang.org/x/sys/unix"
)

// Load imports an image archive into every node of a cluster that is up, as `kind load image-archive` does.
func Load(c *Config, archive string) error {
	pid, err := readPID(c.path("pid"))
	if err != nil {
		return err
	}
	for _, n := range c.Nodes {
		node, err := findNode(pid, n.Name)
		if err != nil {
			return err
		}
		if err := loadInto(node, archive); err != nil {
			return fmt.Errorf("node %s: %w", n.Name, err)
		}
	}
	return nil
}

func loadInto(node int, archive string) error {
	socket, err := openInRoot(node, "run/containerd/containerd.sock")
	if err != nil {
		return fmt.Errorf("containerd's socket: %w", err)
	}
	defer unix.Close(socket)
	client, err := containerd.New(fmt.Sprintf("/proc/self/fd/%d", socket), containerd.WithDefaultNamespace("k8s.io"))
	if err != nil {
		return err
	}
	defer client.Close()
	return importImage(namespaces.WithNamespace(context.Background(), "k8s.io"), client, archive)
}

// openInRoot opens a path in a node's root for reference only; symlinks, which the node's pods may have planted, end in that root.
func openInRoot(node int, path string) (int, error) {
	root, err := unix.Open(fmt.Sprintf("/proc/%d/root", node), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(root)
	return unix.Openat2(root, path, &unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
}
