package machine

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// startsBeforeGivingUp is how often a container may start before the boot gives it up: kubelet waits 10 s and 20 s between these, and
// longer for each further one.
const startsBeforeGivingUp = 3

// crashed tells how a container of a node came to its end, once it has started too often to hope for it: kubelet names its log by the
// number of restarts (pkg/kubelet/kuberuntime/logs). The error is nil as long as there is hope.
func crashed(nodeRoot, container string) error {
	log, starts := latestLog(nodeRoot, container)
	if starts < startsBeforeGivingUp {
		return nil
	}
	return fmt.Errorf("%s has started %d times and ended each time; %s", container, starts, lastWords(nodeRoot, log))
}

// latestLog is, from the node's root, the log of the container that was started last, and how many starts there were; an empty name where there was none.
func latestLog(nodeRoot, container string) (log string, starts int) {
	root, err := os.OpenRoot(nodeRoot)
	if err != nil {
		return "", 0
	}
	defer root.Close()
	logs, _ := fs.Glob(root.FS(), filepath.Join("var/log/pods/*", container, "*.log"))
	for _, each := range logs {
		restarts, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(each), ".log"))
		if err == nil && restarts+1 > starts {
			log, starts = each, restarts+1
		}
	}
	return log, starts
}

// lastWords is the last line that a container wrote, without what the CRI puts before it (time, stream, tag).
func lastWords(nodeRoot, log string) string {
	data, err := readShared(nodeRoot, log)
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	fields := strings.SplitN(lines[len(lines)-1], " ", 4)
	if err != nil || len(fields) < 4 || strings.TrimSpace(fields[3]) == "" {
		return "it said nothing"
	}
	return fmt.Sprintf("it said last: %.300s", fields[3])
}
