package nodecache

import (
	"reflect"
	"testing"
)

func TestKubeDNSConfigIsRead(t *testing.T) {
	got, err := parseKubeDNSConfig(map[string]string{
		"stubDomains":         `{"corp.test": ["192.0.2.53", "192.0.2.54:5353"]}`,
		"upstreamNameservers": `["192.0.2.1"]`,
		"unknown":             "is ignored",
	})
	want := kubeDNSConfig{
		StubDomains:         map[string][]string{"corp.test": {"192.0.2.53", "192.0.2.54:5353"}},
		UpstreamNameservers: []string{"192.0.2.1"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestKubeDNSConfigIsRefused(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"not JSON":               {"stubDomains": "corp.test"},
		"domain with upper case": {"stubDomains": `{"Corp.test": ["192.0.2.53"]}`},
		"port out of range":      {"stubDomains": `{"corp.test": ["192.0.2.53:70000"]}`},
		"four upstreams":         {"upstreamNameservers": `["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"]`},
		"upstream by name":       {"upstreamNameservers": `["ns.corp.test"]`},
	} {
		if config, err := parseKubeDNSConfig(files); err == nil {
			t.Errorf("%s was accepted: %+v", name, config)
		}
	}
}

// Names of nameservers pass the first check and fail the second, which counts as a configmap error.
func TestStubDomainServedByANameIsNotCompilable(t *testing.T) {
	config, err := parseKubeDNSConfig(map[string]string{"stubDomains": `{"corp.test": ["ns.corp.test"]}`})
	if err != nil {
		t.Fatalf("refused at once: %v", err)
	}
	if config.compilable() == nil {
		t.Error("was compiled")
	}
}
