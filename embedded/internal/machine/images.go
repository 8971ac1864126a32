package machine

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	containerd "github.com/containerd/containerd/v2/client"
	"github.com/containerd/containerd/v2/pkg/namespaces"
	"golang.org/x/sys/unix"
)

func connectContainerd() (*containerd.Client, error) {
	const socket = "/run/containerd/containerd.sock"
	if err := waitFor("containerd's socket", 60*time.Second, func() bool { return listens(socket) }); err != nil {
		return nil, err
	}
	return containerd.New(socket, containerd.WithDefaultNamespace("k8s.io"))
}

// listens tells whether somebody does: the file of a socket is there from bind(2) on, and until listen(2) a connection is refused.
func listens(socket string) bool {
	connection, err := net.Dial("unix", socket)
	if err == nil {
		_ = connection.Close()
	}
	return err == nil
}

// importImages imports OCI archives and unpacks them, so that the first pod need not. Then it takes each away: it is a file of the machine,
// bound into the node read-only, and a privileged pod could make that mount writable.
func importImages(client *containerd.Client, archives []string) error {
	ctx := namespaces.WithNamespace(context.Background(), "k8s.io")
	for _, archive := range archives {
		if err := importImage(ctx, client, archive); err != nil {
			return fmt.Errorf("importing %s: %w", archive, err)
		}
		if err := unix.Unmount(archive, unix.MNT_DETACH); err != nil {
			return fmt.Errorf("taking %s away: %w", archive, err)
		}
	}
	return nil
}

func importImage(ctx context.Context, client *containerd.Client, archive string) error {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	images, err := client.Import(ctx, file)
	if err != nil {
		return err
	}
	for _, i := range images {
		if err := containerd.NewImage(client, i).Unpack(ctx, ""); err != nil {
			return err
		}
	}
	return nil
}
