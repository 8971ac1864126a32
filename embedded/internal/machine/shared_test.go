package machine

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestWhatANodePlantedLeadsNowhere(t *testing.T) {
	dir, outside := t.TempDir(), filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, plant := range map[string]func(path string) error{
		"a symlink out": func(path string) error { return os.Symlink(outside, path) },
		"a pipe":        func(path string) error { return unix.Mkfifo(path, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			if err := plant(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			if data, err := readShared(dir, name); err == nil {
				t.Errorf("read %q", data)
			}
			if err := createShared(dir, name); err == nil {
				t.Error("made it")
			}
		})
	}
	if err := createShared(dir, "flag"); err != nil {
		t.Error(err)
	}
	if data, err := readShared(dir, "flag"); err != nil || len(data) != 0 {
		t.Errorf("%q, %v", data, err)
	}
}
