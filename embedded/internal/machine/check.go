package machine

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// answerPatience is what a running cluster may take for one DNS answer, on a machine that is busy with other things.
const answerPatience = 5 * time.Second

// Check asks, from the machine, whether a cluster that is up is whole: no program of it has ended, the API server is ready, and every
// node's DNS answers. It changes nothing.
func Check(c *Config) error {
	pid, err := readPID(c.path("pid"))
	if err != nil {
		return err
	}
	if ended := c.endedPrograms(pid); len(ended) > 0 {
		return fmt.Errorf("%s ended", strings.Join(ended, ", "))
	}
	k := &cluster{Config: c, nodePIDs: map[string]int{}}
	for _, n := range c.Nodes {
		if k.nodePIDs[n.Name], err = findNode(pid, n.Name); err != nil {
			return err
		}
	}
	outcomes := make(chan error, len(c.Answers)+1)
	go func() { outcomes <- c.apiReady() }()
	for _, a := range c.Answers {
		go func() { outcomes <- k.waitForAnswer(a, answerPatience) }()
	}
	var found []error
	for range cap(outcomes) {
		found = append(found, <-outcomes)
	}
	return errors.Join(found...)
}

// recordEnd notes that a program ended that should run as long as its machine does; nothing starts it again.
func recordEnd(dir, program string) {
	file, err := os.OpenFile(filepath.Join(dir, "ended"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		fmt.Fprintln(file, program)
		_ = file.Close()
	}
}

// endedPrograms reads in the mounts of the cluster's PID 1.
func (c *Config) endedPrograms(pid int) []string {
	var ended []string
	read := func(dir, prefix string) {
		for _, program := range readEnded(fmt.Sprintf("/proc/%d/root%s", pid, dir)) {
			ended = append(ended, prefix+program)
		}
	}
	read(c.RunDir, "")
	for _, n := range c.Nodes {
		read(c.nodeDir(n.Name), "node "+n.Name+": ")
	}
	return ended
}

// readEnded reads what recordEnd noted.
func readEnded(dir string) []string {
	data, _ := readShared(dir, "ended")
	return strings.FieldsFunc(string(data), func(r rune) bool { return r == '\n' })
}

// apiReady asks the API server as the machine's side does: through the relay.
func (c *Config) apiReady() error {
	port, err := os.ReadFile(c.path("port"))
	if err != nil {
		return err
	}
	certificate, err := tls.LoadX509KeyPair(c.path("pki", "admin.crt"), c.path("pki", "admin.key"))
	if err != nil {
		return err
	}
	authority, err := os.ReadFile(c.path("pki", "ca.crt"))
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{
		Certificates: []tls.Certificate{certificate}, RootCAs: roots, ServerName: "kubernetes.default.svc",
	}}}
	response, err := client.Get("https://127.0.0.1:" + string(port) + "/readyz")
	if err != nil {
		return fmt.Errorf("the API server does not answer: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		return fmt.Errorf("the API server is not ready: %s: %.200s", response.Status, text)
	}
	return nil
}

func readPID(path string) (int, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(data), " ")
	return strconv.Atoi(first)
}

// findNode is the node's PID 1, as the machine numbers it: a child of the cluster's PID 1, known by its command line.
func findNode(cluster int, name string) (int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		arguments, _ := os.ReadFile(filepath.Join("/proc", e.Name(), "cmdline"))
		if strings.HasSuffix(string(arguments), "\x00node-inside\x00/run/machine.json\x00"+name+"\x00") && parentOf(pid) == cluster {
			return pid, nil
		}
	}
	return 0, fmt.Errorf("node %s has ended", name)
}

func parentOf(pid int) int {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	text := string(data)
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	if len(fields) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(fields[1])
	return parent
}
