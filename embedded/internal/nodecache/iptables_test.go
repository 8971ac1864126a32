package nodecache

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

var someRule = rule{"raw", "OUTPUT", []string{"-p", "udp", "-j", "NOTRACK"}}

func TestRuleIsInsertedAtTheHeadOnlyWhenMissing(t *testing.T) {
	fake := &fakeIptables{}
	for _, wantExisted := range []bool{false, true} {
		if existed, err := fake.iptables().ensure(someRule); err != nil || existed != wantExisted {
			t.Errorf("existed = %v, %v, want %v", existed, err, wantExisted)
		}
	}
	fake.expectCalls(t, "-C", "-I", "-C")
	if want := "iptables -w 5 -I OUTPUT -t raw -p udp -j NOTRACK"; fake.calls[1] != want {
		t.Errorf("ran %q, want %q", fake.calls[1], want)
	}
}

func TestTeardownDeletesDuplicatesWithSixCallsEach(t *testing.T) {
	fake := &fakeIptables{copies: 2}
	network := &network{params: Params{SetupIptables: true}, iptables: fake.iptables(), rules: []rule{someRule}}
	network.tearDown(rulesFirst)
	if fake.copies != 0 {
		t.Errorf("%d copies are left", fake.copies)
	}
	fake.expectCalls(t, "-C", "-D", "-C", "-C", "-D", "-C", "-I", "-C", "-D")
}

func TestTeardownGivesUpOnFailingIptables(t *testing.T) {
	fake := &fakeIptables{copies: 1, failure: exitCode(4)}
	network := &network{params: Params{SetupIptables: true}, iptables: fake.iptables(), rules: []rule{someRule}}
	network.tearDown(rulesFirst)
	fake.expectCalls(t, "-C", "-C", "-C")
}

func TestErrorSaysWhatRanAndWhatItSaid(t *testing.T) {
	fake := &fakeIptables{failure: exitCode(4), output: "Another app is currently holding the xtables lock.\n"}
	_, err := fake.iptables().ensure(someRule)
	want := "iptables -w 5 -C OUTPUT -t raw -p udp -j NOTRACK: exit status 4: Another app is currently holding the xtables lock."
	if err == nil || err.Error() != want {
		t.Fatalf("err = %v, want %v", err, want)
	}
	if !isLockHeld(err) {
		t.Error("isn't taken for a held lock")
	}
}

// fakeIptables is one chain that holds a number of copies of one rule.
type fakeIptables struct {
	copies  int
	failure error
	output  string
	calls   []string
}

type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit status %d", int(e)) }
func (e exitCode) ExitCode() int { return int(e) }

func (f *fakeIptables) iptables() iptables {
	return iptables{"iptables", func(_ context.Context, program string, args ...string) ([]byte, error) {
		f.calls = append(f.calls, program+" "+strings.Join(args, " "))
		if f.failure != nil {
			return []byte(f.output), f.failure
		}
		switch args[2] {
		case "-I":
			f.copies++
		case "-D":
			f.copies--
		case "-C":
			if f.copies == 0 {
				return nil, exitCode(1)
			}
		}
		return nil, nil
	}}
}

func (f *fakeIptables) expectCalls(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, call := range f.calls {
		got = append(got, strings.Fields(call)[3])
	}
	if !slices.Equal(got, want) {
		t.Errorf("ran %v, want %v", got, want)
	}
}
