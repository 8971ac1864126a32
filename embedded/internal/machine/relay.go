package machine

import (
	"io"
	"net"
	"sync"
)

// relay joins each connection of the inherited socket, which lives in the machine's network, with one to the API server in ours.
func relay(listener net.Listener, target string) {
	for {
		outer, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer outer.Close()
			inner, err := net.Dial("tcp4", target)
			if err != nil {
				return
			}
			defer inner.Close()
			var both sync.WaitGroup
			both.Go(func() { pump(outer.(*net.TCPConn), inner.(*net.TCPConn)) })
			both.Go(func() { pump(inner.(*net.TCPConn), outer.(*net.TCPConn)) })
			both.Wait()
		}()
	}
}

// pump copies until the end of the stream and passes that end on; an error closes both, so that the other direction ends too.
func pump(from, to *net.TCPConn) {
	if _, err := io.Copy(to, from); err != nil {
		_ = from.Close()
		_ = to.Close()
		return
	}
	_ = to.CloseWrite()
}
