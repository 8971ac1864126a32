// Package jsonline prints JSON objects, one on each line.
package jsonline

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

// Writer prints each value with one write(2), one at a time.
type Writer struct {
	mutex sync.Mutex
	file  *os.File
}

// To writes lines to file.
func To(file *os.File) *Writer { return &Writer{file: file} }

// Print writes one line. A reader that has gone away ends the process: nobody is left to work for.
func (w *Writer) Print(value any) {
	line, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("cannot print %#v: %v", value, err)) // a bug: all printed types are this module's own
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if _, err := w.file.Write(append(line, '\n')); err != nil {
		fmt.Fprintf(os.Stderr, "cannot write to standard output: %v\n", err)
		os.Exit(1)
	}
}
