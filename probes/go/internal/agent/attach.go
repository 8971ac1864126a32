package agent

import (
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// dialWithin is for an agent whose container has only just been started.
const dialWithin = 5 * time.Second

// Listen makes the socket at which sessions attach, for its owner alone.
func Listen(path string) (net.Listener, error) {
	before := unix.Umask(0o177)
	defer unix.Umask(before)
	return net.Listen("unix", path)
}

// Attach carries bytes between a session's ends and the agent that is held, until the agent closes or the input ends.
func Attach(path string, input io.Reader, output io.Writer) error {
	connection, err := dial(path)
	if err != nil {
		return err
	}
	defer connection.Close()
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(connection, input)
		// Whatever was said is read before the end is: the other side still answers it.
		_ = connection.CloseWrite()
		if err != nil {
			ended <- fmt.Errorf("input: %w", err)
		}
	}()
	go func() {
		_, err := io.Copy(output, connection)
		ended <- err
	}()
	return <-ended
}

func dial(path string) (*net.UnixConn, error) {
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		connection, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
		if err == nil {
			return connection, nil
		}
		if time.Since(begun) > dialWithin {
			return nil, fmt.Errorf("no agent is there to attach to: %w", err)
		}
	}
}
