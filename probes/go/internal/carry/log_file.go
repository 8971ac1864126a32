package carry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	// mostAtOnce bounds what is read of one log in one look, in bytes; the next look goes on.
	mostAtOnce = 256 << 10
	// longestLine is far above what a probe prints; what is longer is no line of a probe.
	longestLine = 64 << 10
)

// logFile is a container's log as kubelet and the container runtimes write it (CRI: `<time> stdout|stderr P|F <text>`,
// https://git.k8s.io/design-proposals-archive/node/kubelet-cri-logging.md), read as it grows, over kubelet's rotation.
type logFile struct {
	root string // of the node, as this process sees it
	path string
	file *os.File
	rest []byte // of a line whose end is not there yet
	part []byte // of a text that the runtime has cut into several lines
}

func openLog(root, path string) (*logFile, error) {
	file, err := openInRoot(root, path)
	if err != nil {
		return nil, err
	}
	return &logFile{root: root, path: path, file: file}, nil
}

// openInRoot follows no link out of the node's root: a link's absolute target is meant there.
func openInRoot(root, path string) (*os.File, error) {
	top, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", root, err)
	}
	defer unix.Close(top)
	how := unix.OpenHow{Flags: unix.O_RDONLY | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT}
	descriptor, err := unix.Openat2(top, strings.TrimPrefix(path, "/"), &how)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return os.NewFile(uintptr(descriptor), path), nil
}

// read gives the texts on stdout that have come since the last call.
func (l *logFile) read() ([][]byte, error) {
	texts, err := l.readOn()
	if err != nil {
		return texts, err
	}
	next := l.successor()
	if next == nil {
		return texts, nil
	}
	// The runtime has turned to the new file, so what the old one holds now is all.
	last, err := l.readOn()
	l.file.Close()
	l.file, l.rest = next, nil
	return append(texts, last...), err
}

// successor is the file that has the log's name now, if it is another one; nil when there is none yet.
func (l *logFile) successor() *os.File {
	next, err := openInRoot(l.root, l.path)
	if err != nil {
		return nil
	}
	its, itsErr := next.Stat()
	own, ownErr := l.file.Stat()
	if itsErr != nil || ownErr != nil || os.SameFile(own, its) {
		next.Close()
		return nil
	}
	return next
}

func (l *logFile) readOn() ([][]byte, error) {
	var texts [][]byte
	buffer := make([]byte, 16<<10)
	for total := 0; total < mostAtOnce; {
		length, err := l.file.Read(buffer)
		total += length
		l.rest = append(l.rest, buffer[:length]...)
		texts = l.takeLines(texts)
		if errors.Is(err, io.EOF) || length == 0 {
			return texts, nil
		}
		if err != nil {
			return texts, err
		}
		if len(l.rest) > longestLine {
			return texts, fmt.Errorf("%s has a line of more than %d bytes", l.path, longestLine)
		}
	}
	return texts, nil
}

func (l *logFile) takeLines(texts [][]byte) [][]byte {
	for {
		end := bytes.IndexByte(l.rest, '\n')
		if end < 0 {
			return texts
		}
		text, whole, onStdout := parseLine(l.rest[:end])
		if onStdout {
			l.part = append(l.part, text...)
			if whole {
				texts = append(texts, l.part)
				l.part = nil
			}
		}
		l.rest = l.rest[end+1:]
	}
}

// parseLine takes a line of the log apart; tags are separated by colons, and the first one tells whether the text ends with it.
func parseLine(line []byte) (text []byte, whole, onStdout bool) {
	parts := bytes.SplitN(line, []byte{' '}, 4)
	if len(parts) < 4 {
		return nil, false, false
	}
	tag, _, _ := bytes.Cut(parts[2], []byte{':'})
	return parts[3], string(tag) != "P", string(parts[1]) == "stdout"
}

func (l *logFile) close() { l.file.Close() }
