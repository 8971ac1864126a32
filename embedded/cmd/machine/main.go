// Command machine boots and holds an embedded cluster on one Linux machine.
//
//	machine up CONFIG       starts the cluster, prints one JSON event per line, exits when it is ready
//	machine check CONFIG    says what is wrong with a cluster that is up; exit status 0: nothing
//	machine load CONFIG A   imports the image archive A into every node
//	machine cluster CONFIG  PID 1 of the cluster (started by up): control plane, network, relay
//	machine node CONFIG N   PID 1 of a node (started by cluster)
//
// The process tree is the clean-up: the cluster is one PID namespace and each node another inside it, so that
// SIGKILL to the cluster's PID 1 ends every process, mount and link that belongs to it.
package main

import (
	"fmt"
	"os"
	"runtime"

	"nodelocal-drill/embedded/internal/machine"
)

// The main goroutine keeps the main thread. Goroutines that enter a node's network throw their thread away afterwards, which Go can't do with
// this one: it would stay in that network, and /proc/PID/ns, which speaks of the main thread, would name it as the cluster's.
func init() { runtime.LockOSThread() }

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "machine:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: machine up|check|load|cluster|node CONFIG [ARCHIVE|NODE]")
	}
	config, err := machine.ReadConfig(args[1])
	if err != nil {
		return err
	}
	switch {
	case args[0] == "up" && len(args) == 2:
		return machine.Up(args[1], config)
	case args[0] == "check" && len(args) == 2:
		return machine.Check(config)
	case args[0] == "load" && len(args) == 3:
		return machine.Load(config, args[2])
	case args[0] == "cluster" && len(args) == 2:
		return machine.EnterCluster(args[1], config)
	case args[0] == "cluster-inside" && len(args) == 2:
		return machine.RunCluster(args[1], config)
	case args[0] == "node" && len(args) == 3:
		return machine.EnterNode(args[1], config, args[2])
	case args[0] == "node-inside" && len(args) == 3:
		return machine.RunNode(config, args[2])
	}
	return fmt.Errorf("unknown command %q", args)
}
