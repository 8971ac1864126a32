package machine

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// caughtSysctls are the machine-wide settings that kubelet writes (pkg/util/sysctl: its cm and oom set-up). Plain files take the
// writes, the machine keeps its values; seeded with what kubelet wants it has nothing to change.
var caughtSysctls = map[string]string{
	"vm/overcommit_memory":      "1",
	"vm/panic_on_oom":           "0",
	"kernel/panic":              "10",
	"kernel/panic_on_oops":      "1",
	"kernel/keys/root_maxkeys":  "1000000",
	"kernel/keys/root_maxbytes": "25000000",
}

// copiedFromEtc is all that a node sees of the machine's /etc: what programs under /usr need to run.
var copiedFromEtc = []string{"alternatives", "ld.so.cache", "protocols", "services", "nsswitch.conf"}

// buildRoot makes the node's root on a tmpfs and pivots into it. Of the machine's files only /usr is in reach, as the lower side
// of an overlay; what is written goes to the tmpfs.
func buildRoot(c *Config, name string) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	root := filepath.Join(c.nodeDir(name), "root")
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	if err := unix.Mount("node", root, "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	for _, dir := range []string{"usr", "etc/cni/net.d", "etc/containerd", "etc/kubernetes", "proc", "sys", "dev", "run", "tmp", "root", "var/lib/kubelet",
		"var/lib/containerd", "var/log/pods", "var/log/containers", "var/run", "opt/nodelocal-drill", ".layers", ".sysctl"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			return err
		}
	}
	if err := overlayPrograms(root); err != nil {
		return err
	}
	for _, name := range copiedFromEtc {
		if err := copyTree("/etc/"+name, filepath.Join(root, "etc", name)); err != nil {
			return err
		}
	}
	steps := []func() error{
		func() error { return mountProc(root) },
		func() error { return mountSys(root, c, name) },
		func() error { return mountDev(root) },
		func() error { return mountTmpfs(root+"/run", "mode=755") },
		func() error { return mountTmpfs(root+"/tmp", "mode=1777") },
		func() error { return overlayReadOnly(root, c.Programs, nodePrograms) },
		func() error { return bindImages(c, name, root) },
		func() error { return bind(c.nodeDir(name), root+nodeShared) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return pivot(root)
}

// overlayPrograms puts /usr in, and /bin, /sbin, /lib… as the machine has them: as symlinks into /usr, or as folders of their own.
func overlayPrograms(root string) error {
	if err := overlay(root, "usr"); err != nil {
		return err
	}
	for _, dir := range []string{"bin", "sbin", "lib", "lib32", "lib64", "libx32"} {
		info, err := os.Lstat("/" + dir)
		if err != nil {
			continue
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			target, err := os.Readlink("/" + dir)
			if err != nil {
				return err
			}
			if err := os.Symlink(target, filepath.Join(root, dir)); err != nil {
				return err
			}
		} else if err := overlay(root, dir); err != nil {
			return err
		}
	}
	return nil
}

func overlay(root, dir string) error {
	upper, work := filepath.Join(root, ".layers", dir, "upper"), filepath.Join(root, ".layers", dir, "work")
	for _, d := range []string{upper, work, filepath.Join(root, dir)} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	options := fmt.Sprintf("lowerdir=/%s,upperdir=%s,workdir=%s", dir, upper, work)
	if err := unix.Mount("node", filepath.Join(root, dir), "overlay", 0, options); err != nil {
		return fmt.Errorf("overlay of /%s: %w", dir, err)
	}
	return nil
}

// overlayReadOnly shows a folder of the machine in a node. A bind, though read-only, would be the machine's own folder: root in the node could
// make it writable again, and replace what the next cluster runs as root of the machine. What is below an overlay nobody reaches.
func overlayReadOnly(root, source, target string) error {
	nothing := filepath.Join(root, ".layers", "nothing")
	for _, dir := range []string{nothing, root + target} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	// Without an upper folder there must be two lower ones (Documentation/filesystems/overlayfs.rst, "Multiple lower layers").
	escaped := strings.NewReplacer(`\`, `\\`, `:`, `\:`, `,`, `\,`).Replace(source)
	if err := unix.Mount("node", root+target, "overlay", unix.MS_RDONLY, "lowerdir="+escaped+":"+nothing); err != nil {
		return fmt.Errorf("overlay of %s: %w", source, err)
	}
	return nil
}

func mountProc(root string) error {
	if err := unix.Mount("proc", root+"/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return err
	}
	for name, value := range caughtSysctls {
		catcher := filepath.Join(root, ".sysctl", filepath.Base(name))
		if err := os.WriteFile(catcher, []byte(value+"\n"), 0o644); err != nil {
			return err
		}
		target := root + "/proc/sys/" + name
		if exists(target) {
			if err := bind(catcher, target); err != nil {
				return err
			}
		}
	}
	return nil
}

// mountSys shows the machine's /sys (a fresh one would hide the cgroups), with the node's own cgroup in place of the root in each hierarchy.
func mountSys(root string, c *Config, name string) error {
	if err := unix.Mount("/sys", root+"/sys", "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return err
	}
	roots, err := hierarchies()
	if err != nil {
		return err
	}
	for _, hierarchy := range roots {
		if err := bind(filepath.Join(hierarchy, CgroupName(c), name), root+hierarchy); err != nil {
			return err
		}
	}
	return nil
}

func mountDev(root string) error {
	dev := root + "/dev"
	if err := mountTmpfs(dev, "mode=755"); err != nil {
		return err
	}
	for _, name := range []string{"null", "zero", "full", "random", "urandom", "tty", "kmsg", "fuse"} {
		if !exists("/dev/" + name) {
			continue
		}
		if err := os.WriteFile(filepath.Join(dev, name), nil, 0o644); err != nil {
			return err
		}
		if err := bind("/dev/"+name, filepath.Join(dev, name)); err != nil {
			return err
		}
	}
	for _, dir := range []string{"pts", "shm", "mqueue"} {
		if err := os.Mkdir(filepath.Join(dev, dir), 0o755); err != nil {
			return err
		}
	}
	if err := unix.Mount("devpts", dev+"/pts", "devpts", 0, "newinstance,ptmxmode=666,mode=620"); err != nil {
		return err
	}
	if err := unix.Mount("mqueue", dev+"/mqueue", "mqueue", 0, ""); err != nil {
		return err
	}
	if err := mountTmpfs(dev+"/shm", "mode=1777"); err != nil {
		return err
	}
	for link, target := range map[string]string{"ptmx": "pts/ptmx", "fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"} {
		if err := os.Symlink(target, filepath.Join(dev, link)); err != nil {
			return err
		}
	}
	return nil
}

// bindImages makes the archives readable at the same paths inside the node, until they are imported (importImages).
func bindImages(c *Config, name, root string) error {
	_, node, err := c.node(name)
	if err != nil {
		return err
	}
	for _, archive := range append(append([]string{}, node.Images...), node.LateImages...) {
		target := root + archive
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, nil, 0o600); err != nil {
			return err
		}
		if err := bindReadOnly(archive, target); err != nil {
			return err
		}
	}
	return nil
}

func pivot(root string) error {
	if err := os.Chdir(root); err != nil {
		return err
	}
	if err := os.Mkdir(".old", 0o700); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", ".old"); err != nil {
		return fmt.Errorf("pivot_root: %w", err)
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	if err := unix.Unmount("/.old", unix.MNT_DETACH); err != nil {
		return err
	}
	return os.Remove("/.old")
}

func mountTmpfs(target, options string) error {
	return unix.Mount("tmpfs", target, "tmpfs", 0, options)
}

func bind(source, target string) error {
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	if info, err := os.Stat(source); err == nil && info.IsDir() {
		if err := os.MkdirAll(target, 0o755); err != nil {
			return err
		}
	}
	if err := unix.Mount(source, target, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("binding %s to %s: %w", source, target, err)
	}
	return nil
}

func bindReadOnly(source, target string) error {
	if err := bind(source, target); err != nil {
		return err
	}
	return unix.Mount("", target, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, "")
}

// copyTree copies files and symlinks; what does not exist is left out.
func copyTree(from, to string) error {
	info, err := os.Lstat(from)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case info.IsDir():
		if err := os.Mkdir(to, 0o755); err != nil {
			return err
		}
		entries, err := os.ReadDir(from)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := copyTree(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
				return err
			}
		}
		return nil
	default:
		data, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o644)
	}
}
