package nodecache

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// As in the library that node-cache uses (k8s.io/kubernetes/pkg/util/iptables): iptables itself waits at most 5 s for
// another user's lock, and a call that hangs for some other reason is given up after 5 minutes.
const (
	lockWaitSeconds = "5"
	callTimeout     = 5 * time.Minute
)

// iptables changes single rules by running the program of that name.
type iptables struct {
	program string
	// run gives the combined output, and an error with ExitCode() when the program ran and refused.
	run func(ctx context.Context, program string, args ...string) ([]byte, error)
}

func newIptables(ipv6 bool) iptables {
	program := "iptables"
	if ipv6 {
		program = "ip6tables"
	}
	return iptables{program, func(ctx context.Context, program string, args ...string) ([]byte, error) {
		return exec.CommandContext(ctx, program, args...).CombinedOutput()
	}}
}

// ensure inserts the rule at the head of its chain unless it is somewhere in it, and says whether it was.
func (t iptables) ensure(rule rule) (existed bool, err error) {
	if existed, err = t.has(rule); existed || err != nil {
		return existed, err
	}
	return false, t.call("-I", rule)
}

// delete removes the rule once, if it is there.
func (t iptables) delete(rule rule) error {
	if exists, err := t.has(rule); !exists || err != nil {
		return err
	}
	return t.call("-D", rule)
}

func (t iptables) has(rule rule) (bool, error) {
	err := t.call("-C", rule)
	// 1 is "no such rule"; a bad command line, a held lock or a missing permission give other numbers.
	if failed, ok := errors.AsType[interface {
		error
		ExitCode() int
	}](err); ok && failed.ExitCode() == 1 {
		return false, nil
	}
	return err == nil, err
}

func (t iptables) call(operation string, rule rule) error {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	args := slices.Concat([]string{"-w", lockWaitSeconds, operation, rule.chain, "-t", rule.table}, rule.args)
	output, err := t.run(ctx, t.program, args...)
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", t.program, strings.Join(args, " "), err, strings.TrimSpace(string(output)))
	}
	return nil
}

func isLockHeld(err error) bool { return strings.Contains(err.Error(), "holding the xtables lock") }
