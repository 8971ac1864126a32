package machine

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// The files that Up passes on, by number.
const (
	relayFile  = 3
	eventsFile = 4
)

// cluster is PID 1 of the cluster: its network namespace is the fabric, and its death is the cluster's.
type cluster struct {
	*Config
	configPath string
	pki        *pki
	children   *children
	events     io.Writer
	eventsMu   sync.Mutex
	nodePIDs   map[string]int
	booted     chan struct{}
}

// EnterCluster is the first life of the cluster's PID 1: it gives the cluster mounts and cgroups of its own, shuts it in, and becomes
// RunCluster. What shuts it in belongs to a thread, and holds for all that is executed by it.
func EnterCluster(configPath string, c *Config) error {
	runtime.LockOSThread()
	events := os.NewFile(eventsFile, "events")
	k := &cluster{Config: c, events: events}
	err := k.enter(configPath)
	k.emit("failed", "", err.Error())
	return err
}

// enter does not return unless it failed.
func (k *cluster) enter(configPath string) error {
	k.emit("begin", "", "")
	if err := k.isolate(); err != nil {
		return err
	}
	leftOpen, err := shutIn(k.Config)
	if err != nil {
		return fmt.Errorf("shutting the cluster in: %w", err)
	}
	for _, what := range leftOpen {
		k.emit("left-open", "", what)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return unix.Exec(self, []string{"machine", "cluster-inside", configPath}, os.Environ())
}

// RunCluster boots everything and then only reaps. It does not return unless the boot failed.
func RunCluster(configPath string, c *Config) error {
	// The three files are this process's own: a child that kept the event pipe open would keep Up waiting.
	for _, fd := range []int{relayFile, eventsFile} {
		unix.CloseOnExec(fd)
	}
	events := os.NewFile(eventsFile, "events")
	k := &cluster{Config: c, configPath: configPath, events: events, nodePIDs: map[string]int{}, booted: make(chan struct{})}
	k.children = newChildren(func(name string, status unix.WaitStatus) {
		fmt.Fprintf(os.Stderr, "%s ended: exit status %d, signal %v\n", name, status.ExitStatus(), status.Signal())
		recordEnd(c.RunDir, name)
		k.emit("component-ended", "", fmt.Sprintf("%s ended (exit status %d)", name, status.ExitStatus()))
	})
	go k.children.reap()
	if err := k.boot(); err != nil {
		k.emit(failure(err), "", err.Error())
		return err
	}
	close(k.booted)
	k.emit("ready", "", "")
	_ = events.Close()
	select {}
}

func (k *cluster) emit(name, node, detail string) {
	k.eventsMu.Lock()
	defer k.eventsMu.Unlock()
	line, _ := json.Marshal(event{Event: name, Node: node, Detail: detail, AtNs: monotonicNs()})
	_, _ = k.events.Write(append(line, '\n'))
	_, _ = os.Stderr.Write(append(line, '\n'))
}

func (k *cluster) boot() error {
	if err := k.writeCredentials(); err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	if err := makeFabric(k.fabricAddress(1), k.fabricBits()); err != nil {
		return fmt.Errorf("fabric: %w", err)
	}
	k.emit("fabric", "", "")
	if err := k.startControlPlane(); err != nil {
		return err
	}
	for i, n := range k.Nodes {
		if err := k.startNode(i, n); err != nil {
			return fmt.Errorf("node %s: %w", n.Name, err)
		}
	}
	k.emit("nodes-forked", "", "")
	listener, err := net.FileListener(os.NewFile(relayFile, "relay"))
	if err != nil {
		return fmt.Errorf("the inherited socket: %w", err)
	}
	go relay(listener, k.apiAddress())
	go k.forwardNodePhases()

	api, err := k.newAPIClient()
	if err != nil {
		return err
	}
	if err := k.waitWhileWhole("the API server", 90*time.Second, api.live); err != nil {
		return fmt.Errorf("%w; last line of the API server's log: %s", err, lastLine(k.path("logs"), "kube-apiserver.log"))
	}
	k.emit("api-live", "", "")
	if err := k.startControllers(); err != nil {
		return err
	}
	k.flagNodes("api-up")
	if err := api.createObjects(k.Objects, string(k.pki.caPEM)); err != nil {
		return err
	}
	k.emit("objects-created", "", "")
	if err := k.waitForAnswers(); err != nil {
		if said := api.podsSay(); said != "" {
			err = fmt.Errorf("%w; %s", err, said)
		}
		return err
	}
	k.flagNodes("dns-up")
	return k.waitForLateImages()
}

// isolate gives the cluster mounts of its own: its own /proc, and a tmpfs for etcd that is gone with it.
func (k *cluster) isolate() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making mounts private: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mounting /proc: %w", err)
	}
	if err := os.MkdirAll(k.path("etcd"), 0o700); err != nil {
		return err
	}
	if err := unix.Mount("etcd", k.path("etcd"), "tmpfs", 0, "mode=0700"); err != nil {
		return fmt.Errorf("mounting etcd's tmpfs: %w", err)
	}
	// What the nodes write to, and read from, the cluster's PID 1 is no folder of the machine.
	if err := unix.Mount("nodes", k.path("nodes"), "tmpfs", 0, "mode=0700"); err != nil {
		return fmt.Errorf("mounting the nodes' tmpfs: %w", err)
	}
	for _, child := range append([]string{"control-plane"}, k.nodeNames()...) {
		if err := makeCgroup(k.Config, child); err != nil {
			return err
		}
	}
	if k.CPUShares > 0 && !unified() {
		file := cgroupRoot + "/cpu/" + CgroupName(k.Config) + "/cpu.shares"
		if err := os.WriteFile(file, fmt.Appendf(nil, "%d", k.CPUShares), 0o644); err != nil {
			return err
		}
	}
	return enterCgroup(k.Config, "control-plane")
}

func (k *cluster) nodeNames() []string {
	var names []string
	for _, n := range k.Nodes {
		names = append(names, n.Name)
	}
	return names
}

func (k *cluster) apiAddress() string { return k.fabricAddress(1) + ":6443" }

func (k *cluster) writeCredentials() error {
	var err error
	if k.pki, err = newPKI(); err != nil {
		return err
	}
	inside := "https://" + k.apiAddress()
	server, err := k.pki.sign(pkix.Name{CommonName: "kube-apiserver"},
		[]string{"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc." + k.Domain},
		[]net.IP{net.IPv4(127, 0, 0, 1), net.ParseIP(k.serviceAPI()), net.ParseIP(k.fabricAddress(1))})
	if err != nil {
		return err
	}
	toKubelet, err := k.pki.client("kube-apiserver-kubelet-client", "system:masters")
	if err != nil {
		return err
	}
	accounts, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	accountsKey, err := encodeKey(accounts)
	if err != nil {
		return err
	}
	accountsDER, err := x509.MarshalPKIXPublicKey(accounts.Public())
	if err != nil {
		return err
	}
	files := map[string]string{
		"pki/ca.crt":                string(k.pki.caPEM),
		"pki/apiserver.crt":         string(server.cert),
		"pki/apiserver.key":         string(server.key),
		"pki/apiserver-kubelet.crt": string(toKubelet.cert),
		"pki/apiserver-kubelet.key": string(toKubelet.key),
		"pki/sa.key":                string(accountsKey),
		"pki/sa.pub":                string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: accountsDER})),
	}
	name := CgroupName(k.Config)
	for user, to := range map[string]struct{ user, group, file string }{
		// The controller manager works as cluster admin: service account credentials for each controller would cost a second of boot.
		"controller-manager": {"system:kube-controller-manager", "system:masters", "pki/controller-manager.kubeconfig"},
		"scheduler":          {"system:kube-scheduler", "", "pki/scheduler.kubeconfig"},
	} {
		client, err := k.pki.client(to.user, to.group)
		if err != nil {
			return fmt.Errorf("%s: %w", user, err)
		}
		files[to.file] = k.pki.kubeconfig(name, inside, "", client)
	}
	admin, err := k.pki.client("admin", "system:masters")
	if err != nil {
		return err
	}
	port, err := os.ReadFile(k.path("port"))
	if err != nil {
		return err
	}
	files["kubeconfig"] = k.pki.kubeconfig(name, "https://127.0.0.1:"+string(port), "kubernetes.default.svc", admin)
	files["pki/admin.crt"], files["pki/admin.key"] = string(admin.cert), string(admin.key)
	// A node sees only its own folder: its kubelet's and kube-proxy's credentials, never the cluster's.
	for _, n := range k.Nodes {
		kubelet, err := k.pki.client("system:node:"+n.Name, "system:nodes")
		if err != nil {
			return err
		}
		proxy, err := k.pki.client("system:kube-proxy")
		if err != nil {
			return err
		}
		dir := "nodes/" + n.Name + "/"
		files[dir+"ca.crt"] = string(k.pki.caPEM)
		files[dir+"kubelet.kubeconfig"] = k.pki.kubeconfig(name, inside, "", kubelet)
		files[dir+"kube-proxy.kubeconfig"] = k.pki.kubeconfig(name, inside, "", proxy)
	}
	return writeFiles(k.RunDir, files)
}

func (k *cluster) startControlPlane() error {
	pki := k.path("pki") + "/"
	address := k.fabricAddress(1)
	if err := k.start("etcd", "etcd", "--data-dir="+k.path("etcd"), "--unsafe-no-fsync", "--log-level=warn",
		"--listen-client-urls=http://127.0.0.1:2379", "--advertise-client-urls=http://127.0.0.1:2379",
		"--listen-peer-urls=http://127.0.0.1:2380"); err != nil {
		return err
	}
	if err := k.start("kube-apiserver", "kube-apiserver", "--etcd-servers=http://127.0.0.1:2379",
		"--bind-address="+address, "--advertise-address="+address, "--secure-port=6443",
		"--client-ca-file="+pki+"ca.crt", "--tls-cert-file="+pki+"apiserver.crt", "--tls-private-key-file="+pki+"apiserver.key",
		"--kubelet-client-certificate="+pki+"apiserver-kubelet.crt", "--kubelet-client-key="+pki+"apiserver-kubelet.key",
		"--kubelet-preferred-address-types=InternalIP",
		"--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file="+pki+"sa.pub",
		"--service-account-signing-key-file="+pki+"sa.key",
		"--service-cluster-ip-range="+k.ServiceCIDR, "--authorization-mode=Node,RBAC", "--allow-privileged=true", "--profiling=false"); err != nil {
		return err
	}
	return k.start("outside-dns", "coredns", "-conf", k.OutsideZones+"/Corefile")
}

func (k *cluster) startControllers() error {
	pki := k.path("pki") + "/"
	if err := k.start("kube-controller-manager", "kube-controller-manager", "--kubeconfig="+pki+"controller-manager.kubeconfig",
		"--leader-elect=false", "--use-service-account-credentials=false", "--service-account-private-key-file="+pki+"sa.key",
		"--root-ca-file="+pki+"ca.crt", "--profiling=false", "--flex-volume-plugin-dir="+k.path("flex"),
		"--kube-api-qps=200", "--kube-api-burst=400"); err != nil {
		return err
	}
	return k.start("kube-scheduler", "kube-scheduler", "--kubeconfig="+pki+"scheduler.kubeconfig",
		"--leader-elect=false", "--profiling=false", "--kube-api-qps=200", "--kube-api-burst=400")
}

func (k *cluster) start(name, program string, args ...string) error {
	_, err := k.children.start(name, k.path("logs", name+".log"), 0, nil, append([]string{k.program(program)}, args...)...)
	return err
}

func (k *cluster) startNode(i int, n Node) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	pid, err := k.children.start("node "+n.Name, k.path("nodes", n.Name, "init.log"),
		unix.CLONE_NEWPID|unix.CLONE_NEWNET|unix.CLONE_NEWNS|unix.CLONE_NEWIPC|unix.CLONE_NEWUTS, nil,
		self, "node", k.configPath, n.Name)
	if err != nil {
		return err
	}
	k.nodePIDs[n.Name] = pid
	return connectNode(i, pid, k.podSubnet(i), k.nodeAddress(i))
}

func (k *cluster) flagNodes(flag string) {
	for _, n := range k.Nodes {
		_ = createShared(k.nodeDir(n.Name), flag)
	}
}

// forwardNodePhases passes on what the nodes write into their phases files, until the boot is over.
func (k *cluster) forwardNodePhases() {
	seen := map[string]int{}
	for ; ; time.Sleep(20 * time.Millisecond) {
		select {
		case <-k.booted:
			return
		default:
		}
		for _, n := range k.Nodes {
			data, _ := readShared(k.nodeDir(n.Name), "phases")
			lines := strings.SplitAfter(string(data), "\n")
			for _, line := range lines[seen[n.Name]:] {
				if strings.HasSuffix(line, "\n") {
					seen[n.Name]++
					var e event
					if json.Unmarshal([]byte(line), &e) == nil {
						k.emitAt(e, n.Name)
					}
				}
			}
		}
	}
}

func (k *cluster) emitAt(e event, node string) {
	k.eventsMu.Lock()
	defer k.eventsMu.Unlock()
	e.Node = node
	line, _ := json.Marshal(e)
	_, _ = k.events.Write(append(line, '\n'))
}

func (k *cluster) waitForAnswers() error {
	failures := make(chan error, len(k.Answers))
	for _, a := range k.Answers {
		go func() {
			err := k.waitForAnswer(a, 90*time.Second)
			if err == nil {
				k.emit(a.Phase, a.Node, "")
			}
			failures <- err
		}()
	}
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	for answered := 0; answered < len(k.Answers); {
		select {
		case err := <-failures:
			if err != nil {
				return err
			}
			answered++
		case <-look.C:
			if err := k.broken(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *cluster) waitForLateImages() error {
	for _, n := range k.Nodes {
		done := k.path("nodes", n.Name, "late-images")
		if err := k.waitWhileWhole("the images of node "+n.Name, 120*time.Second, func() bool { return exists(done) }); err != nil {
			return err
		}
	}
	return nil
}
