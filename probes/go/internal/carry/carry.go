// Package carry brings what many probes of a node print to whoever reads its output, as one stream: it follows the files that kubelet keeps of their output.
package carry

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"nodelocal-drill/probes/internal/jsonline"
)

// task names a log to be followed, by the probe whose output it is.
type task struct {
	Probe string `json:"probe"`
	Log   string `json:"log"`
}

// message is what is said of one probe: a line that it printed, as it is; one that is no JSON; or why its log can't be followed any further.
type message struct {
	Probe string          `json:"probe"`
	Line  json.RawMessage `json:"line,omitempty"`
	Text  string          `json:"text,omitempty"`
	Error string          `json:"error,omitempty"`
}

// Carry follows the logs that its input names, one task on each line, each from its beginning, until the input or the context ends. `root` is the
// node's root. It remembers nothing: whoever asks again gets all lines again.
func Carry(ctx context.Context, input io.Reader, output *jsonline.Writer, root string, every time.Duration) {
	tasks := make(chan task)
	go readTasks(input, tasks)
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	logs := map[string]*logFile{}
	for {
		select {
		case <-ctx.Done():
			return
		case next, more := <-tasks:
			if !more {
				return
			}
			log, err := openLog(root, next.Log)
			if err != nil {
				output.Print(message{Probe: next.Probe, Error: err.Error()})
				continue
			}
			if old := logs[next.Probe]; old != nil {
				old.close()
			}
			logs[next.Probe] = log
		case <-ticker.C:
			for probe, log := range logs {
				if done := say(output, probe, log); done {
					log.close()
					delete(logs, probe)
				}
			}
			output.Flush()
		}
	}
}

func readTasks(input io.Reader, tasks chan<- task) {
	defer close(tasks)
	for scanner := bufio.NewScanner(input); scanner.Scan(); {
		var next task
		if err := json.Unmarshal(scanner.Bytes(), &next); err != nil {
			next = task{Probe: fmt.Sprintf("not a task: %v", err)}
		}
		tasks <- next
	}
}

// say prints what is new in a log; true when there is nothing more to come.
func say(output *jsonline.Writer, probe string, log *logFile) bool {
	texts, err := log.read()
	ended := false
	for _, text := range texts {
		if !json.Valid(text) {
			output.Print(message{Probe: probe, Text: string(text)})
			continue
		}
		output.Print(message{Probe: probe, Line: text})
		var line struct{ End json.RawMessage }
		ended = ended || (len(text) < 64 && json.Unmarshal(text, &line) == nil && line.End != nil)
	}
	if err != nil {
		output.Print(message{Probe: probe, Error: err.Error()})
	}
	return ended || err != nil
}
