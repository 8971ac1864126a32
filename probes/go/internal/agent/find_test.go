package agent

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

var (
	wanted  = strings.Repeat("3fa9", 16)
	another = strings.Repeat("77b0", 16)
)

// addProcess puts a process into a /proc of memory.
func addProcess(proc fstest.MapFS, pid, parent, start int, files map[string]string) {
	proc[fmt.Sprintf("%d/stat", pid)] = &fstest.MapFile{Data: fmt.Appendf(nil,
		"%d (a (very) odd) name) S %d 1 1 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 %d 0 0\n", pid, parent, start)}
	for name, text := range files {
		proc[fmt.Sprintf("%d/%s", pid, name)] = &fstest.MapFile{Data: []byte(text)}
	}
}

func TestMainProcess(t *testing.T) {
	for what, files := range map[string]map[string]string{
		"cgroup v1, cgroupfs driver":     {"cgroup": "8:pids:/kubepods/besteffort/pod0a/" + wanted + "\n1:name=systemd:/\n"},
		"cgroup v2, systemd, containerd": {"cgroup": "0::/kubepods.slice/kubepods-pod0a.slice/cri-containerd-" + wanted + ".scope\n"},
		"CRI-O":                          {"cgroup": "0::/kubepods.slice/kubepods-pod0a.slice/crio-" + wanted + ".scope/container\n"},
		"seen from a cgroup namespace":   {"cgroup": "0::/../../pod0a/" + wanted + "\n"},
		"cpuset alone":                   {"cgroup": "0::/\n", "cpuset": "/kubepods/pod0a/" + wanted + "\n"},
		"mountinfo alone":                {"cgroup": "0::/\n", "mountinfo": "29 1 0:26 /pod0a/" + wanted + " /sys/fs/cgroup ro - cgroup2 cgroup ro\n"},
	} {
		proc := fstest.MapFS{"uptime": {Data: []byte("1 1\n")}}
		addProcess(proc, 1, 0, 5, map[string]string{"cgroup": "0::/init\n"})
		addProcess(proc, 40, 1, 90, map[string]string{"cgroup": "0::/system.slice/containerd.service\n"})
		addProcess(proc, 4188, 40, 100, files) // the container's own
		addProcess(proc, 4190, 4188, 101, files)
		addProcess(proc, 300, 40, 900, files) // an exec into it: a lower PID, and younger
		addProcess(proc, 4300, 40, 100, map[string]string{"cgroup": "0::/pod0b/" + another + "\n"})
		found, err := mainProcess(proc, wanted)
		if err != nil || found.pid != 4188 || found.startTicks != 100 {
			t.Errorf("%s: got %+v, %v", what, found, err)
		}
	}
}

func TestMainProcessRefuses(t *testing.T) {
	proc := fstest.MapFS{}
	addProcess(proc, 1, 0, 5, map[string]string{"cgroup": "0::/init\n"})
	// An empty ID would be in every line; a short one could be in another's.
	for _, id := range []string{"", "3fa9", wanted[1:] + "G", wanted} {
		if found, err := mainProcess(proc, id); err == nil {
			t.Errorf("%q: got %+v, want an error", id, found)
		}
	}
}

func TestContainerOf(t *testing.T) {
	for cgroup, want := range map[string]string{
		"0::/kubepods.slice/cri-containerd-" + wanted + ".scope\n":  wanted,
		"0::/kubepods.slice/crio-" + wanted + ".scope/container\n":  wanted,
		"8:pids:/kubepods/pod0a/" + wanted + "\n1:name=systemd:/\n": wanted,
		"0::/../" + wanted + "\n":                                   wanted,
		"0::/user.slice\n":                                          "",
	} {
		proc := fstest.MapFS{}
		addProcess(proc, 7, 1, 5, map[string]string{"cgroup": cgroup})
		if got := containerOf(proc, 7); got != want {
			t.Errorf("%q: got %q", cgroup, got)
		}
	}
}
