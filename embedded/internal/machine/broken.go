package machine

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
)

// chance is a failure that another boot may not meet: something ended, or did not come in time.
type chance struct{ error }

func (c chance) Unwrap() error { return c.error }

// failure is the event that tells how a boot failed.
func failure(err error) string {
	if errors.As(err, new(chance)) {
		return "failed-by-chance"
	}
	return "failed"
}

// waitWhileWhole waits as waitFor does, and no longer once something of the cluster has broken.
func (k *cluster) waitWhileWhole(what string, limit time.Duration, condition func() bool) error {
	var broken error
	err := waitFor(what, limit, func() bool {
		broken = k.broken()
		return broken != nil || condition()
	})
	switch {
	case broken != nil:
		return broken
	case err != nil:
		return chance{err}
	}
	return nil
}

// broken tells, of a cluster that boots, what of it will not come: a node that failed to start, or a program that ended, with its last words.
// Nothing starts an ended program again.
func (k *cluster) broken() error {
	for _, n := range k.Nodes {
		if reason, err := readShared(k.nodeDir(n.Name), "failed"); err == nil {
			return fmt.Errorf("node %s: %s", n.Name, reason)
		}
		if ended := readEnded(k.nodeDir(n.Name)); len(ended) > 0 {
			k.emit("component-ended", n.Name, ended[0])
			return chance{fmt.Errorf("node %s: %s ended; it said last: %s", n.Name, ended[0], lastLine(k.nodeDir(n.Name), ended[0]+".log"))}
		}
	}
	if ended := readEnded(k.RunDir); len(ended) > 0 {
		log := k.path("logs", ended[0]+".log")
		if node, isNode := strings.CutPrefix(ended[0], "node "); isNode {
			log = filepath.Join(k.nodeDir(node), "init.log")
		}
		return chance{fmt.Errorf("%s ended; it said last: %s", ended[0], lastLine(filepath.Dir(log), filepath.Base(log)))}
	}
	return nil
}

// lastLine is the last line of a log below a folder in which a node may write; it says so where there is none.
func lastLine(dir, log string) string {
	data, err := readShared(dir, log)
	if err != nil {
		return "nothing"
	}
	return lastWithWords(string(data))
}

// lastWithWords skips lines of signs alone: klog ends an error of several lines with ` >`.
func lastWithWords(text string) string {
	for _, line := range slices.Backward(strings.Split(text, "\n")) {
		if strings.ContainsFunc(line, unicode.IsLetter) {
			return fmt.Sprintf("%.400s", strings.TrimSpace(line))
		}
	}
	return "nothing"
}
