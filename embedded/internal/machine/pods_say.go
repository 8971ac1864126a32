package machine

import (
	"encoding/json"
	"fmt"
	"strings"
)

// podsSay tells, for a boot that came to nothing, which pods are not ready and what the cluster warned of last; empty when the API server does not
// say or all is well.
func (a *apiClient) podsSay() string {
	var said []string
	for _, p := range a.unreadyPods() {
		said = append(said, "pod "+p)
	}
	if warning := a.lastWarning(); warning != "" {
		said = append(said, "last warning: "+warning)
	}
	return strings.Join(said, "; ")
}

func (a *apiClient) unreadyPods() []string {
	var list struct {
		Items []struct {
			Metadata struct{ Namespace, Name string }
			Status   struct {
				Phase      string
				Conditions []struct{ Type, Status, Reason, Message string }
			}
		}
	}
	a.read("/api/v1/pods", &list)
	var unready []string
	for _, pod := range list.Items {
		why, ready := "no node yet", false
		for _, c := range pod.Status.Conditions {
			if c.Type == "Ready" {
				ready = c.Status == "True"
			}
			if (c.Type == "Ready" || c.Type == "PodScheduled") && c.Status != "True" {
				why = strings.TrimSpace(c.Reason + " " + c.Message)
			}
		}
		if !ready {
			unready = append(unready, fmt.Sprintf("%s/%s is %s: %s", pod.Metadata.Namespace, pod.Metadata.Name, pod.Status.Phase, why))
		}
	}
	return unready
}

func (a *apiClient) lastWarning() string {
	var list struct {
		Items []struct{ Reason, Message, LastTimestamp string }
	}
	a.read("/api/v1/events?fieldSelector=type%3DWarning", &list)
	var last, at string
	for _, e := range list.Items {
		// RFC 3339 in UTC: the order of the texts is that of the times.
		if e.LastTimestamp >= at {
			last, at = fmt.Sprintf("%s: %.300s", e.Reason, e.Message), e.LastTimestamp
		}
	}
	return last
}

func (a *apiClient) read(path string, into any) {
	response, err := a.http.Get(a.base + path)
	if err != nil {
		return
	}
	defer response.Body.Close()
	_ = json.NewDecoder(response.Body).Decode(into)
}
