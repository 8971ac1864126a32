// Package jsonline prints JSON objects, one on each line.
package jsonline

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

// Writer prints values, one write(2) at a time.
type Writer struct {
	mutex   sync.Mutex
	file    *os.File
	gather  time.Duration
	pending []byte
}

// mostPending is what is held back at the most, in bytes: less than a pipe holds.
const mostPending = 16 << 10

// To writes lines to file, each at once.
func To(file *os.File) *Writer { return &Writer{file: file} }

// Gathering writes lines to file together, each at most `wait` after it was printed: whoever follows many programs' output is woken
// for each write, and forty probes would wake it a thousand times a second.
func Gathering(file *os.File, wait time.Duration) *Writer { return &Writer{file: file, gather: wait} }

// Print writes one line, or keeps it for Flush. A reader that has gone away ends the process: nobody is left to work for.
func (w *Writer) Print(value any) {
	line, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("cannot print %#v: %v", value, err)) // a bug: all printed types are this module's own
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if len(w.pending) == 0 && w.gather > 0 {
		time.AfterFunc(w.gather, w.Flush)
	}
	w.pending = append(append(w.pending, line...), '\n')
	if w.gather == 0 || len(w.pending) > mostPending {
		w.write()
	}
}

// Flush writes what was kept.
func (w *Writer) Flush() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.write()
}

func (w *Writer) write() {
	if len(w.pending) == 0 {
		return
	}
	if _, err := w.file.Write(w.pending); err != nil {
		fmt.Fprintf(os.Stderr, "cannot write to standard output: %v\n", err)
		os.Exit(1)
	}
	w.pending = w.pending[:0]
}
