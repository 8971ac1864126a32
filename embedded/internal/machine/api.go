package machine

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// apiClient POSTs objects as they are: no discovery, no client library, one connection.
type apiClient struct {
	http *http.Client
	base string
}

func (k *cluster) newAPIClient() (*apiClient, error) {
	certificate, err := tls.LoadX509KeyPair(k.path("pki", "admin.crt"), k.path("pki", "admin.key"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(k.pki.caPEM)
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{Certificates: []tls.Certificate{certificate}, RootCAs: roots},
		ForceAttemptHTTP2: true,
	}
	return &apiClient{http: &http.Client{Transport: transport, Timeout: 10 * time.Second}, base: "https://" + k.apiAddress()}, nil
}

func (a *apiClient) live() bool {
	response, err := a.http.Get(a.base + "/livez")
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// createObjects creates what pods need before controllers come round to it (the service account "default" and the CA's ConfigMap,
// else pods are refused right after boot), and then the objects.
func (a *apiClient) createObjects(objects []Object, ca string) error {
	for _, namespace := range []string{"kube-system", "default"} {
		configMap, _ := json.Marshal(map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]string{"name": "kube-root-ca.crt"}, "data": map[string]string{"ca.crt": ca},
		})
		account := []byte(`{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}}`)
		for path, body := range map[string][]byte{"configmaps": configMap, "serviceaccounts": account} {
			if err := a.create("/api/v1/namespaces/"+namespace+"/"+path, body); err != nil {
				return err
			}
		}
	}
	for _, o := range objects {
		if err := a.create(o.Path, o.Manifest); err != nil {
			return err
		}
	}
	return nil
}

// create retries what the API server refuses only because it is young (no namespace yet, admission not ready).
func (a *apiClient) create(path string, body []byte) error {
	var last string
	for range 200 {
		response, err := a.http.Post(a.base+path, "application/json", bytes.NewReader(body))
		if err == nil {
			text, _ := io.ReadAll(response.Body)
			_ = response.Body.Close()
			switch response.StatusCode {
			case http.StatusCreated, http.StatusConflict:
				return nil
			case http.StatusBadRequest, http.StatusUnprocessableEntity:
				return fmt.Errorf("POST %s: %s: %.400s", path, response.Status, text)
			}
			last = fmt.Sprintf("%s: %.400s", response.Status, text)
		} else {
			last = err.Error()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("POST %s: refused for 10 s: %s", path, last)
}
