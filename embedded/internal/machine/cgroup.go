package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

const cgroupRoot = "/sys/fs/cgroup"

// CgroupName is the one name under which a cluster's cgroups lie, in every hierarchy.
func CgroupName(c *Config) string { return "nodelocal-drill-" + c.Name }

// unified tells whether the machine has only cgroup v2.
func unified() bool {
	var s unix.Statfs_t
	return unix.Statfs(cgroupRoot, &s) == nil && s.Type == unix.CGROUP2_SUPER_MAGIC
}

// hierarchies are the mount points of cgroups: one for pure v2, one per controller (and the hybrid v2 mount) for v1.
func hierarchies() ([]string, error) {
	if unified() {
		return []string{cgroupRoot}, nil
	}
	entries, err := os.ReadDir(cgroupRoot)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		path := filepath.Join(cgroupRoot, e.Name())
		var s unix.Statfs_t
		if e.Type()&os.ModeSymlink == 0 && unix.Statfs(path, &s) == nil &&
			(s.Type == unix.CGROUP_SUPER_MAGIC || s.Type == unix.CGROUP2_SUPER_MAGIC) {
			found = append(found, path)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s has no cgroup hierarchy", cgroupRoot)
	}
	return found, nil
}

// makeCgroup makes CgroupName/child in every hierarchy. In cpuset the CPUs and memory nodes must be copied down by hand,
// level by level, before a process may enter.
func makeCgroup(c *Config, child string) error {
	roots, err := hierarchies()
	if err != nil {
		return err
	}
	for _, root := range roots {
		parent := filepath.Join(root, CgroupName(c))
		for _, dir := range []string{parent, filepath.Join(parent, child)} {
			if unified() {
				enableControllers(filepath.Dir(dir))
			}
			if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
				return err
			}
			for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
				above, err := os.ReadFile(filepath.Join(filepath.Dir(dir), file))
				if err == nil && !unified() {
					if err := os.WriteFile(filepath.Join(dir, file), above, 0o644); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// enterCgroup moves this process, all its threads, into CgroupName/child in every hierarchy.
func enterCgroup(c *Config, child string) error {
	roots, err := hierarchies()
	if err != nil {
		return err
	}
	for _, root := range roots {
		file := filepath.Join(root, CgroupName(c), child, "cgroup.procs")
		if err := os.WriteFile(file, []byte("0"), 0o644); err != nil {
			return fmt.Errorf("entering %s: %w", file, err)
		}
	}
	return nil
}

// systemCgroup holds a node's own programs, as system.slice does on a machine with systemd. Left in the node's root they would compete
// with all pods together, each of some hundred threads with the weight of half a CPU's worth of pods.
const systemCgroup = "system"

// enterSystemCgroup moves a node's PID 1, and with it all that it starts, out of the root of its cgroup namespace: in v1 where CPU
// time is shared out; in v2 everywhere, as there a cgroup with processes can't give controllers to its children.
func enterSystemCgroup() error {
	roots, err := hierarchies()
	if err != nil {
		return err
	}
	for _, root := range roots {
		if !unified() && !exists(filepath.Join(root, "cpu.shares")) {
			continue
		}
		dir := filepath.Join(root, systemCgroup)
		if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte("0"), 0o644); err != nil {
			return fmt.Errorf("entering %s: %w", dir, err)
		}
		if unified() {
			enableControllers(root)
		}
	}
	return nil
}

// enableControllers gives a v2 cgroup's children every controller that it has itself; those that can't be given stay off.
func enableControllers(dir string) {
	controllers, err := os.ReadFile(filepath.Join(dir, "cgroup.controllers"))
	if err != nil {
		return
	}
	for _, name := range strings.Fields(string(controllers)) {
		_ = os.WriteFile(filepath.Join(dir, "cgroup.subtree_control"), []byte("+"+name), 0o644)
	}
}
