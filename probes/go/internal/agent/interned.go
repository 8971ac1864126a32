package agent

import "strings"

// mostInterned is what a number of 16 bits can tell apart; the names and servers of a drill are some dozens.
const mostInterned = 1 << 16

// interned gives each name of a capture a small number, so that thousands of responses carry that alone.
type interned struct {
	numbers map[string]uint16
	names   []string
}

func newInterned() *interned { return &interned{numbers: map[string]uint16{}} }

// number of a name that is in lower case as far as it is ASCII; false when there are too many names.
func (t *interned) number(name []byte) (uint16, bool) {
	if number, known := t.numbers[string(name)]; known {
		return number, true
	}
	lower := strings.ToLower(string(name))
	number, known := t.numbers[lower]
	if !known {
		if len(t.names) == mostInterned {
			return 0, false
		}
		number = uint16(len(t.names))
		t.names = append(t.names, lower)
		t.numbers[lower] = number
	}
	return number, true
}
