package dnswire

import "testing"

// query is the packet of `dig www.Example.com AAAA`, without EDNS.
var query = []byte("\xab\xcd\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07Example\x03com\x00\x00\x1c\x00\x01")

func TestParse(t *testing.T) {
	response := append([]byte{}, query...)
	response[2], response[3] = 0x81, 0x83
	for _, test := range []struct {
		what string
		data []byte
		want Message
		name string
		ok   bool
	}{
		{"a query", query, Message{0xabcd, false, 0, 28}, "www.example.com", true},
		{"a response with an rcode", response, Message{0xabcd, true, 3, 28}, "www.example.com", true},
		{"the root", []byte("\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01"), Message{1, false, 0, 2}, "", true},
		{"no question", make([]byte, 12), Message{}, "", false},
		{"a pointer in the first name", []byte("\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01"), Message{}, "", false},
	} {
		got, names, ok := Parse(test.data, []byte("before "))
		if got != test.want || string(names) != "before "+test.name || ok != test.ok {
			t.Errorf("%s: got %+v, %q, %t; want %+v, %q, %t", test.what, got, names, ok, test.want, test.name, test.ok)
		}
	}
	for length := range query {
		if _, _, ok := Parse(query[:length], nil); ok {
			t.Errorf("the first %d bytes of a query passed as a message", length)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(query)
	f.Fuzz(func(_ *testing.T, data []byte) { Parse(data, nil) })
}
