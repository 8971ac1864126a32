package probe

import (
	"encoding/json"
	"strconv"
)

const (
	// longestLine is what the protocol allows, in bytes.
	longestLine = 4000
	// longestRow is four numbers of 64 bits, with commas; headOfBatch what a batch says besides its rows and results.
	longestRow  = 4 * 22
	headOfBatch = 160
	// What stands in a row in place of the number of a result.
	unsent    = -1
	abandoned = -2
)

// batch gathers lookups for one line. The first one is what the others count from.
type batch struct {
	seq               int
	dueNs, intervalNs int64
	rows, results     []byte
	numbers           map[string]int // of the results
	lookups           int
}

// add takes a lookup in. False when there is no room for it, or it was due by another schedule. `result` is JSON, "" for none.
func (b *batch) add(l *lookup, intervalNs int64, result string, otherwise int) bool {
	if b.lookups == 0 {
		*b = batch{seq: l.seq, dueNs: l.dueNs, intervalNs: intervalNs, rows: b.rows[:0], results: b.results[:0], numbers: map[string]int{}}
	}
	ahead := l.seq - b.seq
	if l.dueNs != b.dueNs+int64(ahead)*b.intervalNs {
		return false
	}
	what, known := otherwise, true
	if result != "" {
		what, known = b.numbers[result]
	}
	room := longestLine - headOfBatch - longestRow - len(b.rows) - len(b.results)
	if room < 0 || (!known && len(result)+1 > room) {
		return false
	}
	if !known {
		what = len(b.numbers)
		b.numbers[result] = what
		if what > 0 {
			b.results = append(b.results, ',')
		}
		b.results = append(b.results, result...)
	}
	if b.lookups > 0 {
		b.rows = append(b.rows, ',')
	}
	for i, number := range []int64{int64(ahead), l.startNs - l.dueNs, l.endNs - l.startNs, int64(what)} {
		if i > 0 {
			b.rows = append(b.rows, ',')
		}
		b.rows = strconv.AppendInt(b.rows, number, 10)
	}
	b.lookups++
	return true
}

// line is the batch as it is printed, and empties it.
func (b *batch) line() any {
	b.lookups = 0
	return map[string]any{"lookups": struct {
		Seq        int             `json:"seq"`
		DueNs      int64           `json:"dueNs"`
		IntervalNs int64           `json:"intervalNs"`
		Results    json.RawMessage `json:"results"`
		Rows       json.RawMessage `json:"rows"`
	}{b.seq, b.dueNs, b.intervalNs, inBrackets(b.results), inBrackets(b.rows)}}
}

func inBrackets(list []byte) json.RawMessage {
	return append(append(json.RawMessage{'['}, list...), ']')
}
