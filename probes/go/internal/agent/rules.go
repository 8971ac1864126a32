package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

const (
	nodeRoot   = "/proc/1/root" // the agent shares the node's PID namespace
	rulesLimit = 10 * time.Second
)

// saveCommands are where distributions, and k3s, have iptables-save, inside the node's root.
var saveCommands = []string{
	"/usr/sbin/iptables-save", "/sbin/iptables-save", "/usr/local/sbin/iptables-save", "/usr/bin/iptables-save",
	"/var/lib/rancher/k3s/data/current/bin/aux/iptables-save",
}

// rules counts the iptables rules that carry the comment, by the node's own iptables; null when the node has none.
func rules(ctx context.Context, comment string) (answer, error) {
	path, err := saveCommand()
	if err != nil {
		return nil, err
	}
	if path == "" {
		return answer{"rules": nil}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, rulesLimit)
	defer cancel()
	command := exec.CommandContext(ctx, path)
	// The node's root, libraries and all, in the agent's network namespace, which is the node's.
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: nodeRoot}
	command.Dir = "/"
	command.WaitDelay = time.Second
	var complaint bytes.Buffer
	command.Stderr = &complaint
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s on the node, limit %s: %w: %s", path, rulesLimit, err, strings.TrimSpace(complaint.String()))
	}
	return answer{"rules": countRules(string(output), comment)}, nil
}

func countRules(saved, comment string) int {
	count := 0
	for line := range strings.Lines(saved) {
		if strings.HasPrefix(line, "-A ") && strings.Contains(line, comment) {
			count++
		}
	}
	return count
}

// saveCommand is where the node has iptables-save; "" when it has none.
func saveCommand() (string, error) {
	for _, path := range saveCommands {
		// Not followed: an absolute link (/etc/alternatives) means a path in the node's root, not in this one.
		switch _, err := os.Lstat(nodeRoot + path); {
		case err == nil:
			return path, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("the node's root: %w", err)
		}
	}
	return "", nil
}
