// Package agent does on a node what the suite asks for: one JSON command on each line, one answer for each.
package agent

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"nodelocal-drill/probes/internal/jsonline"
	"nodelocal-drill/probes/internal/monotonic"
)

// Version is what `hello` says of this program; it counts changes of the protocol.
const Version = "1"

// Agent holds what is in force.
type Agent struct {
	proc    fs.FS // the node's /proc
	output  *jsonline.Writer
	capture *capture
	undo    []func() // in the order in which they were registered
}

// New makes an agent that reads the node's processes from proc.
func New(proc fs.FS, output *jsonline.Writer) *Agent {
	return &Agent{proc: proc, output: output}
}

type command struct {
	ID          json.RawMessage `json:"id"`
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

// Serve answers commands until its input or the context ends, and then reverts what is in force.
func (a *Agent) Serve(ctx context.Context, input io.Reader) {
	ctx, stop := context.WithCancel(ctx)
	defer a.revert()
	defer stop() // first: nothing is watched any more while it reverts

	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(input)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			lines <- scanner.Text()
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case line, open := <-lines:
			if !open {
				return
			}
			if strings.TrimSpace(line) != "" {
				a.handle(ctx, line)
			}
		}
	}
}

func (a *Agent) handle(ctx context.Context, line string) {
	var c command
	if err := json.Unmarshal([]byte(line), &c); err != nil {
		a.reply(c, nil, fmt.Errorf("not a command: %w", err))
		return
	}
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
	if c.ID == nil {
		c.ID = json.RawMessage("null")
	}
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
	a.output.Print(reply)
}

// revert undoes what is in force, the last first.
func (a *Agent) revert() {
	for _, undo := range slices.Backward(a.undo) {
		undo()
	}
	a.undo = nil
}

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
