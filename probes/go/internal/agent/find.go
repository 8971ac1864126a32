package agent

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"
)

var (
	containerIDPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)
	// A container's ID in a cgroup path: `/kubepods/…/<id>`, `/system.slice/cri-containerd-<id>.scope`, `crio-<id>.scope`.
	containerIDInPath = regexp.MustCompile(`(?:^|[/:-])([0-9a-f]{64})(?:\.scope)?(?:/|\s|$)`)
)

// placesOfContainerID are tried in turn, the cheap and certain ones first; mountinfo helps where cgroup namespaces hide the path.
var placesOfContainerID = []string{"cgroup", "cpuset", "mountinfo"}

type process struct {
	pid int
	processStat
}

func (a *Agent) find(c command) (answer, error) {
	found, err := mainProcess(a.proc, c.ContainerID)
	if err != nil {
		return nil, err
	}
	comm, err := readText(a.proc, found.pid, "comm")
	if err != nil {
		return nil, fmt.Errorf("process %d of container %s: %w", found.pid, short(c.ContainerID), err)
	}
	// What it runs is a help for people; a kernel may refuse to tell.
	exe, _ := os.Readlink("/proc/" + strconv.Itoa(found.pid) + "/exe")
	return answer{"pid": found.pid, "startTicks": found.startTicks, "comm": comm, "exe": exe}, nil
}

// mainProcess finds a container's process: the oldest whose parent is not of the same container. (What `exec` starts
// in a container has such a parent too, but is younger.)
func mainProcess(proc fs.FS, containerID string) (process, error) {
	if !containerIDPattern.MatchString(containerID) {
		return process{}, fmt.Errorf("a container ID is 64 hex digits, not %q", containerID)
	}
	for _, place := range placesOfContainerID {
		members, err := membersBy(proc, place, containerID)
		if err != nil {
			return process{}, err
		}
		if len(members) > 0 {
			return oldestRoot(members), nil
		}
	}
	return process{}, fmt.Errorf("no process of container %s on this node", short(containerID))
}

func membersBy(proc fs.FS, place, containerID string) (map[int]process, error) {
	all, err := pids(proc)
	if err != nil {
		return nil, fmt.Errorf("cannot list processes: %w", err)
	}
	members := map[int]process{}
	for _, pid := range all {
		text, err := readText(proc, pid, place)
		if err != nil || !strings.Contains(text, containerID) {
			continue // ended meanwhile, or not of this container
		}
		if stat, err := readStat(proc, pid); err == nil {
			members[pid] = process{pid, stat}
		}
	}
	return members, nil
}

func oldestRoot(members map[int]process) process {
	var oldest process
	for _, member := range members {
		if _, inside := members[member.parent]; inside {
			continue
		}
		if oldest.pid == 0 || member.startTicks < oldest.startTicks ||
			(member.startTicks == oldest.startTicks && member.pid < oldest.pid) {
			oldest = member
		}
	}
	return oldest
}

// containerOf is the ID of the container that a process belongs to, or "" when that can't be told.
func containerOf(proc fs.FS, pid int) string {
	for _, place := range []string{"cgroup", "cpuset"} {
		text, err := readText(proc, pid, place)
		if err != nil {
			continue
		}
		if found := containerIDInPath.FindStringSubmatch(text); found != nil {
			return found[1]
		}
	}
	return ""
}

func short(containerID string) string {
	return containerID[:min(len(containerID), 12)] + "…"
}
