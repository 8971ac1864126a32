// Package agent does on a node what the suite asks for: one JSON command on each line, one answer for each. It is held by one process
// for as long as a run lasts, and spoken to by sessions that may break at any time (../../../PROTOCOL.md).
package agent

import (
	"context"
	"fmt"
	"io/fs"

	"golang.org/x/sys/unix"

	"nodelocal-drill/probes/internal/monotonic"
)

// Version is what `hello` says of this program; it counts changes of the protocol.
const Version = "2"

// Agent holds what is in force.
type Agent struct {
	proc    fs.FS // the node's /proc
	output  *outbox
	capture *capture
	undo    undoList
}

// New makes an agent that reads the node's processes from proc.
func New(proc fs.FS) *Agent {
	return &Agent{proc: proc, output: newOutbox()}
}

type command struct {
	ID          int64           `json:"id"`  // from 1, each greater than the one before
	Ack         *int64          `json:"ack"` // the number of the last line that was read; such a line is no command
	Cmd         string          `json:"cmd"`
	ContainerID string          `json:"containerId"`
	Signal      string          `json:"signal"`
	LocalIPs    []string        `json:"localIps"`
	Link        string          `json:"link"`
	Comm        string          `json:"comm"`
	EveryMs     int             `json:"everyMs"`
	Comment     string          `json:"comment"`
	Probes      []captureTarget `json:"probes"`
}

// answer is a reply's members besides `id` and `ok`.
type answer map[string]any

func (a *Agent) handle(ctx context.Context, c command) {
	result, err := a.run(ctx, c)
	a.reply(c, result, err)
}

func (a *Agent) run(ctx context.Context, c command) (answer, error) {
	switch c.Cmd {
	case "hello":
		return hello(), nil
	case "find":
		return a.find(c)
	case "signal":
		return a.signal(c)
	case "watch":
		return answer{}, a.watch(ctx, c)
	case "rules":
		return rules(ctx, c.Comment)
	case "counters":
		return counters(a.proc)
	case "pressure":
		return answer{}, a.tellPressure(ctx, c)
	case "capture":
		return answer{}, a.startCapture(c.Probes)
	case "captured":
		return a.captured()
	default:
		return nil, fmt.Errorf("unknown command %q", c.Cmd)
	}
}

func (a *Agent) reply(c command, result answer, err error) {
	reply := answer{"id": c.ID, "ok": err == nil}
	if err != nil {
		reply["error"] = err.Error()
	}
	if _, told := result["atNs"]; !told {
		reply["atNs"] = monotonic.NowNs()
	}
	for name, value := range result {
		reply[name] = value
	}
	a.output.Keep(func() any { return reply })
}

// revert undoes what is in force.
func (a *Agent) revert() { a.undo.revert() }

func hello() answer {
	return answer{
		"bootId":        monotonic.BootID(),
		"kernel":        kernelRelease(),
		"icmpRatelimit": sysctl("net/ipv4/icmp_ratelimit"),
		"icmpRatemask":  sysctl("net/ipv4/icmp_ratemask"),
		"agent":         Version,
	}
}

func kernelRelease() string {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return ""
	}
	return unix.ByteSliceToString(name.Release[:])
}
