package nodecache

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestCorefileFollowsBothConfigMaps(t *testing.T) {
	params := paramsIn(t)
	writeFile(t, params.BaseCorefile, "one __PILLAR__LOCAL__DNS__\n")
	sync := startConfigSync(params)
	expectCorefile(t, params, "one 169.254.20.10\n")

	writeFile(t, params.BaseCorefile, "two\n")
	sync.poll()
	expectCorefile(t, params, "two\n")

	writeFile(t, filepath.Join(params.KubeDNSConfigDir, "stubDomains"), `{"corp.test": ["192.0.2.53"]}`)
	sync.poll()
	if got := readFile(t, params.Corefile); !strings.Contains(got, "corp.test:53 {") {
		t.Errorf("no stub domain in %q", got)
	}
}

func TestUnchangedConfigMapsAreNotWrittenAgain(t *testing.T) {
	params := paramsIn(t)
	writeFile(t, params.BaseCorefile, "one\n")
	sync := startConfigSync(params)
	writeFile(t, params.Corefile, "touched\n")
	sync.poll()
	expectCorefile(t, params, "touched\n")
}

func TestInvalidUpdateKeepsTheLastGoodCorefile(t *testing.T) {
	params := paramsIn(t)
	writeFile(t, params.BaseCorefile, "one\n")
	stubDomains := filepath.Join(params.KubeDNSConfigDir, "stubDomains")
	writeFile(t, stubDomains, `{"corp.test": ["192.0.2.53"]}`)
	sync := startConfigSync(params)
	good := readFile(t, params.Corefile)

	for _, invalid := range []string{"no JSON", `{"corp.test": ["ns.corp.test"]}`} {
		writeFile(t, stubDomains, invalid)
		sync.poll()
		expectCorefile(t, params, good)
	}
}

func TestInvalidKubeDNSConfigMapAtStartIsNeverLookedAtAgain(t *testing.T) {
	params := paramsIn(t)
	writeFile(t, params.BaseCorefile, "one\n")
	stubDomains := filepath.Join(params.KubeDNSConfigDir, "stubDomains")
	writeFile(t, stubDomains, "no JSON")
	sync := startConfigSync(params)
	writeFile(t, stubDomains, `{"corp.test": ["192.0.2.53"]}`)
	sync.poll()
	expectCorefile(t, params, "one\n")
}

func TestConfigMapErrorsAreCounted(t *testing.T) {
	counter := setupErrors.WithLabelValues(configMapError)
	before := testutil.ToFloat64(counter)
	params := paramsIn(t)
	startConfigSync(params) // No base Corefile, once for the start and once for the kube-dns ConfigMap.
	if counted := testutil.ToFloat64(counter) - before; counted != 2 {
		t.Errorf("counted %v errors, want 2", counted)
	}
}

// The files of a mounted ConfigMap are links into a hidden directory that kubelet swaps as a whole.
func TestMountedConfigMapIsRead(t *testing.T) {
	directory := t.TempDir()
	if err := os.Mkdir(filepath.Join(directory, "..2026_01"), 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(directory, "..2026_01", "stubDomains"), "{}")
	for link, target := range map[string]string{"..data": "..2026_01", "stubDomains": "..data/stubDomains"} {
		if err := os.Symlink(target, filepath.Join(directory, link)); err != nil {
			t.Fatal(err)
		}
	}
	files, err := readConfigDir(directory)
	if err != nil || len(files) != 1 || files["stubDomains"] != "{}" {
		t.Errorf("files = %v, %v", files, err)
	}
}

func paramsIn(t *testing.T) Params {
	t.Helper()
	directory := t.TempDir()
	for _, name := range []string{"coredns", "kube-dns"} {
		if err := os.Mkdir(filepath.Join(directory, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return Params{
		LocalIPs:         []string{"169.254.20.10"},
		DNSPort:          "53",
		BaseCorefile:     filepath.Join(directory, "coredns", "Corefile.base"),
		Corefile:         filepath.Join(directory, "Corefile"),
		KubeDNSConfigDir: filepath.Join(directory, "kube-dns"),
		UpstreamService:  "kube-dns-upstream",
	}
}

func expectCorefile(t *testing.T, params Params, want string) {
	t.Helper()
	if got := readFile(t, params.Corefile); got != want {
		t.Errorf("Corefile = %q, want %q", got, want)
	}
}
