package machine

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// A node's pods can write to its files what they like, symlinks and pipes too. Whoever reads or makes a file there from outside must not be
// led to the machine's files by the first, nor kept waiting by the second.

// readShared reads a file below dir, in which root of a node may write: symlinks end at dir.
func readShared(dir, name string) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	file, err := root.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s/%s is no file", dir, name)
	}
	return io.ReadAll(file)
}

// createShared makes an empty file below dir; one that is there stays.
func createShared(dir, name string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}
