package machine

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestListens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "socket")
	if listens(path) {
		t.Error("nobody listens at a path where nothing is")
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: path}); err != nil {
		t.Fatal(err)
	}
	if !exists(path) || listens(path) {
		t.Error("nobody listens at a socket that is only bound")
	}
	if err := unix.Listen(fd, 1); err != nil {
		t.Fatal(err)
	}
	if !listens(path) {
		t.Error("somebody listens")
	}
}
