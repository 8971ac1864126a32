package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
)

// All of these but the ones that say so also pass with the real node-cache 1.26.8: set NODE_CACHE_PROGRAM to its path.

const (
	rulesPerAddress    = 12
	rawRulesPerAddress = 8

	baseCorefile = `example.test:53 {
    errors
    reload 2s 1s
    bind __PILLAR__LOCAL__DNS__
    hosts {
        192.0.2.1 name.example.test
    }
    health 169.254.20.10:8080
}
`
)

func TestLinkThenDNSThenRules(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.addBridge()
	directory := n.files(baseCorefile)
	p := n.start(directory, nil, "-localip", linkLocalIP+","+clusterIP, "-pidfile", filepath.Join(directory, "pid"))

	// The rules are counted before the lookup: where there is one, something must answer.
	n.eventually(8*time.Second, "rules", func() bool {
		rules := n.countRules()
		if answer := n.lookUp("udp", linkLocalIP); rules > 0 && answer != "192.0.2.1" {
			t.Errorf("%d rules, and yet: %s", rules, answer)
		}
		return rules == 2*rulesPerAddress
	})

	for _, server := range []string{linkLocalIP, clusterIP} {
		for _, network := range []string{"udp", "tcp"} {
			if got := n.lookUp(network, server); got != "192.0.2.1" {
				t.Errorf("%s over %s: %s", server, network, got)
			}
		}
	}
	if state := n.link().Attrs().OperState; state != netlink.OperDown {
		t.Errorf("the link is %s, and should be left down", state)
	}
	if got, want := n.addresses(), []string{linkLocalIP + "/32", clusterIP + "/32"}; !slices.Equal(got, want) {
		t.Errorf("addresses = %v, want %v", got, want)
	}
	equalsGolden(n, "iptables-save.txt", append(n.rules("raw"), n.rules("filter")...))
	if !p.log.contains("Added back nodelocaldns rule") {
		t.Error("the log doesn't tell of the rules")
	}
}

func TestTerminationTearsDownRulesFirstWhileServing(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	p := n.startAndWaitForRules()
	moments := p.watchTermination()

	if !slices.ContainsFunc(moments, func(m moment) bool { return m.rules > 0 && m.rules < rulesPerAddress && m.answers }) {
		t.Errorf("no answer was seen while the rules went: %+v", moments)
	}
	if slices.ContainsFunc(moments, func(m moment) bool { return !m.link && m.rules > 0 }) {
		t.Errorf("the link went before the rules: %+v", moments)
	}
	p.expectCleanExit()
}

// Not for the real program, which has one order per release.
func TestTerminationCanTearDownTheLinkFirst(t *testing.T) {
	skipForOtherPrograms(t)
	t.Parallel()
	n := newNode(t)
	p := n.startAndWaitForRules("NODE_CACHE_TEARDOWN=link-first")
	moments := p.watchTermination()

	if !slices.ContainsFunc(moments, func(m moment) bool { return !m.link && m.rules > 0 }) {
		t.Errorf("the link didn't go before the rules: %+v", moments)
	}
	p.expectCleanExit()
}

func TestKillLeavesAllAndTheNextProcessAdoptsIt(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	killed := n.startAndWaitForRules()
	linkIndex := n.link().Attrs().Index
	killed.signalAndWait(syscall.SIGKILL)

	if n.lookUp("udp", linkLocalIP) == "192.0.2.1" {
		t.Fatal("something still answers")
	}
	if rules := n.countRules(); rules != rulesPerAddress {
		t.Errorf("%d rules after the kill", rules)
	}
	if got := n.addresses(); !slices.Equal(got, []string{linkLocalIP + "/32"}) {
		t.Errorf("addresses after the kill = %v", got)
	}
	if _, err := os.Stat(killed.pidFile()); err != nil {
		t.Errorf("pidfile after the kill: %v", err)
	}

	next := n.start(killed.directory, nil, "-localip", linkLocalIP, "-pidfile", killed.pidFile(), "-syncinterval", "1ns")
	n.waitForAnswer("192.0.2.1")
	time.Sleep(1500 * time.Millisecond) // Past a re-check.
	if rules := n.countRules(); rules != rulesPerAddress {
		t.Errorf("%d rules after the restart", rules)
	}
	if index := n.link().Attrs().Index; index != linkIndex {
		t.Errorf("link %d was replaced by %d", linkIndex, index)
	}
	if next.log.contains("Added") {
		t.Error("the log tells of additions")
	}
	next.watchTermination()
	next.expectCleanExit()
}

func TestRecheckRestoresRulesAndAddresses(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.addBridge()
	directory := n.files(baseCorefile)
	p := n.start(directory, nil, "-localip", linkLocalIP, "-pidfile", filepath.Join(directory, "pid"), "-syncinterval", "1ns")
	n.eventually(5*time.Second, "rules", func() bool { return n.countRules() == rulesPerAddress })

	n.must(exec.Command("iptables", "-t", "raw", "-F").Run())
	address, err := netlink.ParseAddr(linkLocalIP + "/32")
	n.must(err)
	n.must(netlink.AddrDel(n.link(), address))
	// The log too, for the re-check may come before anything is seen to be missing.
	n.eventually(5*time.Second, "rules and address again", func() bool {
		return strings.Count(p.log.String(), "Added back") == rulesPerAddress+rawRulesPerAddress && n.countRules() == rulesPerAddress && len(n.addresses()) == 1
	})
	n.waitForAnswer("192.0.2.1")
}

func TestWithoutPidFileTheRulesWaitForTheFirstRecheck(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.addBridge()
	started := time.Now()
	n.start(n.files(baseCorefile), nil, "-localip", linkLocalIP, "-syncinterval", "8ns")
	n.waitForAnswer("192.0.2.1")
	time.Sleep(2 * time.Second)
	if rules := n.countRules(); rules != 0 && time.Since(started) < 8*time.Second {
		t.Errorf("%d rules before the first re-check", rules)
	}
	n.eventually(10*time.Second, "rules", func() bool { return n.countRules() == rulesPerAddress })
}

func TestSkippedTeardownLeavesAll(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	p := n.startAndWaitForRulesWith(nil, "-skipteardown")
	if code := p.signalAndWait(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if n.link() == nil || n.countRules() != rulesPerAddress {
		t.Errorf("link %v, %d rules", n.link(), n.countRules())
	}
}

func TestNothingIsTouchedWithoutInterfaceAndIptables(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.addBridge()
	address, err := netlink.ParseAddr(linkLocalIP + "/32")
	n.must(err)
	n.must(netlink.AddrAdd(n.link(), address))
	directory := n.files(baseCorefile)
	p := n.start(directory, nil, "-localip", linkLocalIP, "-setupinterface=false", "-setupiptables=false",
		"-pidfile", filepath.Join(directory, "pid"), "-syncinterval", "1ns")
	n.waitForAnswer("192.0.2.1")
	time.Sleep(1500 * time.Millisecond)
	if rules := n.countRules(); rules != 0 {
		t.Errorf("%d rules", rules)
	}
	p.signalAndWait(syscall.SIGTERM)
	if n.link() == nil {
		t.Error("the link is gone")
	}
}

func TestChangedConfigMapIsServed(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	p := n.startAndWaitForRules()
	n.writeBaseCorefile(p.directory, strings.ReplaceAll(baseCorefile, "192.0.2.1", "192.0.2.2"))
	// At most 10 s until node-cache reads it, and 3 s until the reload plugin does.
	n.eventually(20*time.Second, "answer from the new Corefile", func() bool { return n.lookUp("udp", linkLocalIP) == "192.0.2.2" })
}

func TestChangedConfigMapIsServedAfterASignalToItself(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	withoutReload := strings.ReplaceAll(baseCorefile, "    reload 2s 1s\n", "")
	n.addBridge()
	directory := n.files(withoutReload)
	n.start(directory, nil, "-localip", linkLocalIP, "-reloadwithsignal", "-setupiptables=false")
	n.waitForAnswer("192.0.2.1")
	n.writeBaseCorefile(directory, strings.ReplaceAll(withoutReload, "192.0.2.1", "192.0.2.2"))
	n.eventually(15*time.Second, "answer from the new Corefile", func() bool { return n.lookUp("udp", linkLocalIP) == "192.0.2.2" })
}

func TestErrorMetricsStartAtZero(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.startAndWaitForRules()
	metrics := n.metrics("127.0.0.1:9353")
	for _, errorType := range []string{"configmap", "interface_add", "interface_check", "iptables", "iptables_lock"} {
		if want := `coredns_nodecache_setup_errors_total{errortype="` + errorType + `"} 0`; !strings.Contains(metrics, want) {
			t.Errorf("no %s in\n%s", want, metrics)
		}
	}
}

func TestMissingIptablesIsCountedAndDNSServedAllTheSame(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.addBridge()
	directory := n.files(baseCorefile)
	n.start(directory, []string{"PATH=/nowhere"}, "-localip", linkLocalIP, "-pidfile", filepath.Join(directory, "pid"))
	n.waitForAnswer("192.0.2.1")
	n.eventually(3*time.Second, "12 errors", func() bool {
		return strings.Contains(n.metrics("127.0.0.1:9353"), `coredns_nodecache_setup_errors_total{errortype="iptables"} 12`)
	})
}

// "forward . <nil>" is not a Corefile. The link stays, for nothing handles a fatal error.
func TestMissingUpstreamServiceIsFatal(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	n.addBridge()
	p := n.start(n.files(".:53 {\n    bind __PILLAR__LOCAL__DNS__\n    forward . __PILLAR__CLUSTER__DNS__\n}\n"), nil,
		"-localip", linkLocalIP, "-upstreamsvc", "not-there")
	if code := p.wait(5 * time.Second); code != 1 {
		t.Errorf("exit code %d", code)
	}
	if !p.log.contains(`not an IP address or file: \"<nil>\"`) && !p.log.contains(`not an IP address or file: "<nil>"`) {
		t.Error("the log doesn't say why")
	}
	if n.link() == nil || n.countRules() != 0 {
		t.Errorf("link %v, %d rules", n.link(), n.countRules())
	}
}

// With a kernel that has dummy links one is made; without, the error is counted and CoreDNS can't bind.
func TestMissingLinkIsAddedOrBindingFails(t *testing.T) {
	t.Parallel()
	n := newNode(t)
	hasDummy := netlink.LinkAdd(&netlink.Dummy{LinkAttrs: netlink.LinkAttrs{Name: "try"}}) == nil
	directory := n.files(baseCorefile)
	p := n.start(directory, nil, "-localip", linkLocalIP, "-pidfile", filepath.Join(directory, "pid"))
	if hasDummy {
		n.waitForAnswer("192.0.2.1")
		if kind := n.link().Type(); kind != "dummy" {
			t.Errorf("the link is of type %s", kind)
		}
		return
	}
	if code := p.wait(5 * time.Second); code != 1 {
		t.Errorf("exit code %d", code)
	}
	for _, text := range []string{"Failed to add non-existent interface nodelocaldns", "cannot assign requested address"} {
		if !p.log.contains(text) {
			t.Errorf("the log doesn't say %q", text)
		}
	}
}

// Not for the real program: there -version needs -localip, and sets up the network before it prints.
func TestVersionNamesTheStandInAndTouchesNothing(t *testing.T) {
	skipForOtherPrograms(t)
	t.Parallel()
	n := newNode(t)
	n.addBridge()
	p := n.start(n.files(baseCorefile), nil, "-version", "-localip", linkLocalIP)
	if code := p.wait(5 * time.Second); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if !p.log.contains("node-cache stand-in on CoreDNS 1.13.2") || len(n.addresses()) != 0 {
		t.Errorf("addresses %v, output %s", n.addresses(), p.log)
	}
}

// moment is what was to be seen at one time; the rules were counted after the link was looked for.
type moment struct {
	link    bool
	rules   int
	answers bool
}

// watchTermination sends SIGTERM, and looks until the process has ended.
func (p *program) watchTermination() []moment {
	p.Helper()
	p.must(p.command.Process.Signal(syscall.SIGTERM))
	var moments []moment
	for begun := time.Now(); p.isRunning(); {
		if time.Since(begun) > 15*time.Second {
			p.Fatal("the process didn't end within 15 s of SIGTERM")
		}
		link := p.link() != nil
		moments = append(moments, moment{link, p.countRules(), p.lookUp("udp", linkLocalIP) == "192.0.2.1"})
	}
	return moments
}

func (p *program) expectCleanExit() {
	p.Helper()
	if code := p.wait(time.Second); code != 0 {
		p.Errorf("exit code %d", code)
	}
	if p.link() != nil || p.countRules() != 0 {
		p.Errorf("link %v and %d rules are left", p.link(), p.countRules())
	}
	if _, err := os.Stat(p.pidFile()); err == nil {
		p.Error("the pidfile is left")
	}
}

func (n node) startAndWaitForRules(environment ...string) *program {
	n.Helper()
	return n.startAndWaitForRulesWith(environment)
}

func (n node) startAndWaitForRulesWith(environment []string, arguments ...string) *program {
	n.Helper()
	n.addBridge()
	directory := n.files(baseCorefile)
	p := n.start(directory, environment, append(arguments, "-localip", linkLocalIP, "-pidfile", filepath.Join(directory, "pid"))...)
	n.waitForAnswer("192.0.2.1")
	n.eventually(5*time.Second, "rules", func() bool { return n.countRules() == rulesPerAddress })
	return p
}

func skipForOtherPrograms(t *testing.T) {
	t.Helper()
	if os.Getenv(programVariable) != "" {
		t.Skip("is about the stand-in alone")
	}
}

// equalsGolden compares with a file of testdata; UPDATE_GOLDEN=1 writes the file instead.
func equalsGolden(n node, name string, lines []string) {
	n.Helper()
	path := filepath.Join("testdata", name)
	got := strings.Join(lines, "\n") + "\n"
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		n.must(os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	n.must(err)
	if got != string(want) {
		n.Errorf("differs from %s; got:\n%s", path, got)
	}
}
