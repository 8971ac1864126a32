package agent

import (
	"encoding/binary"
	"sync"
)

// budget bounds what all probes of a capture keep together, and counts what did not fit.
type budget struct {
	mutex sync.Mutex
	left  int
}

func (b *budget) take() bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.left == 0 {
		return false
	}
	b.left--
	return true
}

func (b *budget) lose(p *probeCapture, packets int) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	p.lost += packets
}

// timespecNs reads a struct timespec of a 64-bit little-endian machine.
func timespecNs(raw []byte) int64 {
	return int64(binary.LittleEndian.Uint64(raw))*1e9 + int64(binary.LittleEndian.Uint64(raw[8:]))
}
