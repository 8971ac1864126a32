package agent

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/fstest"
)

func TestListenersIn(t *testing.T) {
	const head = "  sl  local_address rem_address   st tx_queue rx_queue\n"
	udp := head +
		"  10: 0A14FEA9:0035 00000000:0000 07 00000000:00000000 00:00000000\n" + // 169.254.20.10
		"  11: 0A00600A:0035 0100007F:1F90 01 00000000:00000000 00:00000000\n" + // connected: a client
		"  12: 0100007F:0036 00000000:0000 07 00000000:00000000 00:00000000\n"
	tcp := head +
		"   0: 0A00600A:0035 00000000:0000 0A 00000000:00000000 00:00000000\n" + // 10.96.0.10 listens
		"   1: 0A14FEA9:0035 0701F40A:9C40 01 00000000:00000000 00:00000000\n"
	udp6 := head + "   0: 00000000000000000000000000000000:0035 00000000000000000000000000000000:0000 07 0 0\n"
	for _, test := range []struct {
		table  string
		listen bool
		want   string
	}{
		{udp, false, "[169.254.20.10]"},
		{tcp, true, "[10.96.0.10]"},
		{udp6, false, "[::]"},
		{head, false, "[]"},
	} {
		if got := fmt.Sprint(listenersIn([]byte(test.table), test.listen)); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestSnmpGroup(t *testing.T) {
	table := "Icmp: InMsgs OutDestUnreachs OutRateLimitHost\nIcmp: 7 6 41\nIcmpMsg: OutType3\nIcmpMsg: 6\nUdp: InDatagrams NoPorts\nUdp: 3 9\n"
	if got := fmt.Sprint(snmpGroup(table, "Icmp")); got != "map[InMsgs:7 OutDestUnreachs:6 OutRateLimitHost:41]" {
		t.Error(got)
	}
	if got := snmpGroup(table, "Udp")["NoPorts"]; got != 9 {
		t.Error(got)
	}
}

func TestCPUTimes(t *testing.T) {
	got := cpuTimes("cpu  100 10 20 500 30 1 2 3 40 5\ncpu0 1 1 1 1 1 1 1 1 1 1\n")
	if got["busyMs"] != 1330 || got["idleMs"] != 5300 || got["stealMs"] != 30 {
		t.Error(got)
	}
}

func TestPressure(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	proc := fstest.MapFS{
		"loadavg":      file("0.42 0.30 0.20 3/456 789\n"),
		"stat":         file("cpu  1 0 0 2 0 0 0 3 0 0\nctxt 5\nprocs_running 3\nprocs_blocked 0\n"),
		"pressure/cpu": file("some avg10=57.77 avg60=59.56 avg300=47.47 total=279053953\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"),
		"pressure/io":  file("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"),
	}
	got, err := pressure(proc)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got)
	want := `{"cpu":{"busyMs":10,"idleMs":20,"stealMs":30},"loadavg":"0.42 0.30 0.20 3/456 789","psiSomeUs":{"cpu":279053953,"io":0,"memory":null},"runnable":3}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v", text, err)
	}
	delete(proc, "stat")
	if _, err := pressure(proc); err == nil {
		t.Error("no error without /proc/stat")
	}
}

func TestCountRules(t *testing.T) {
	saved := "*raw\n# NodeLocal DNS Cache\n:PREROUTING ACCEPT [0:0]\n" +
		"-A OUTPUT -d 169.254.20.10/32 -m comment --comment \"NodeLocal DNS Cache: skip conntrack\" -j NOTRACK\n-A OUTPUT -j ACCEPT\nCOMMIT\n"
	if got := countRules(saved, "NodeLocal DNS Cache"); got != 1 {
		t.Error(got)
	}
}
