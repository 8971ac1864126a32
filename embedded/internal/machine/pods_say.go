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
	if warnings := a.warnings(); len(warnings) > 0 {
		said = append(said, "last warning: "+warnings[len(warnings)-1])
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

// warnings are in the order in which etcd keeps them, by name; an event's name begins with its object's and ends with a time.
func (a *apiClient) warnings() []string {
	var list struct {
		Items []struct{ Reason, Message string }
	}
	a.read("/api/v1/events?fieldSelector=type%3DWarning", &list)
	var said []string
	for _, e := range list.Items {
		said = append(said, fmt.Sprintf("%s: %.300s", e.Reason, e.Message))
	}
	return said
}

func (a *apiClient) read(path string, into any) {
	response, err := a.http.Get(a.base + path)
	if err != nil {
		return
	}
	defer response.Body.Close()
	_ = json.NewDecoder(response.Body).Decode(into)
}
