package machine

import (
	"os"
	"path/filepath"
	"testing"
)

func TestCrashed(t *testing.T) {
	for name, c := range map[string]struct {
		logs map[string]string
		says string
	}{
		"not started yet":  {nil, ""},
		"ended once":       {map[string]string{"0.log": "2026-11-24T19:00:00Z stderr F no\n"}, ""},
		"started thrice":   {map[string]string{"1.log": "t stderr F first\n", "2.log": "t stdout F a\nt stderr F no such file: /etc/x\n"}, "node-cache has started 3 times and ended each time; it said last: no such file: /etc/x"},
		"without a word":   {map[string]string{"2.log": ""}, "node-cache has started 3 times and ended each time; it said nothing"},
		"the latest alone": {map[string]string{"10.log": "t stderr F ten\n", "9.log": "t stderr F nine\n"}, "node-cache has started 11 times and ended each time; it said last: ten"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			dir := filepath.Join(root, "var/log/pods/kube-system_node-local-dns-x_uid/node-cache")
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			for file, text := range c.logs {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			said := ""
			if err := crashed(root, "node-cache"); err != nil {
				said = err.Error()
			}
			if said != c.says {
				t.Errorf("said %q, want %q", said, c.says)
			}
		})
	}
}

func TestTheLastLineWithWords(t *testing.T) {
	for text, want := range map[string]string{
		"":         "nothing",
		"a\nb c\n": "b c",
		"E1 \"Failed\" err=<\n\tno such file\n >\n": "no such file",
		" >\n": "nothing",
	} {
		if got := lastWithWords(text); got != want {
			t.Errorf("%q: %q, and not %q", text, got, want)
		}
	}
}
