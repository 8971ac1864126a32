package nodecache

import (
	"fmt"
	"os"
)

// teardownVariable is the environment variable that makes the stand-in tear down as another release does.
const teardownVariable = "NODE_CACHE_TEARDOWN"

// teardownOrder is what SIGTERM removes first.
type teardownOrder string

const (
	// rulesFirst is node-cache 1.26.8's order (kubernetes/dns#690).
	rulesFirst teardownOrder = "rules-first"
	// linkFirst is the order up to 1.26.7: between the two, queries to a cluster IP that node-cache was bound to are
	// neither tracked (so kube-proxy can't translate them) nor local.
	linkFirst teardownOrder = "link-first"
)

// teardownOrderFromEnvironment is 1.26.8's order unless the environment names the other.
func teardownOrderFromEnvironment() (teardownOrder, error) {
	switch order := teardownOrder(os.Getenv(teardownVariable)); order {
	case "":
		return rulesFirst, nil
	case rulesFirst, linkFirst:
		return order, nil
	default:
		return "", fmt.Errorf("%s is %q, not %q or %q", teardownVariable, order, rulesFirst, linkFirst)
	}
}
