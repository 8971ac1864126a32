// Command components is every long-running program of the embedded cluster in one binary: the Kubernetes
// control plane, kubelet, kube-proxy, etcd and containerd. The name it is called by (a symlink) says which one runs.
//
// One binary instead of seven saves six links of the same packages: about 170 MB instead of 540 MB.
// CoreDNS is not here on purpose: it registers global flags (-version, -conf, -quiet) that kube-proxy would adopt.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	_ "github.com/containerd/containerd/v2/cmd/containerd/builtins"
	containerd "github.com/containerd/containerd/v2/cmd/containerd/command"
	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

var kubernetes = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kube-proxy":              proxy.NewProxyCommand,
	"kubelet":                 func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
}

func main() {
	name := filepath.Base(os.Args[0])
	if command, ok := kubernetes[name]; ok {
		os.Exit(cli.Run(command()))
	}
	switch name {
	case "etcd":
		etcdmain.Main(os.Args)
	case "containerd":
		if err := containerd.App().Run(context.Background(), os.Args); err != nil {
			fmt.Fprintln(os.Stderr, "containerd:", err)
			os.Exit(1)
		}
	default:
		fmt.Fprintf(os.Stderr, "components: no component is called %q; call it through a symlink named kube-apiserver, "+
			"kube-controller-manager, kube-scheduler, kube-proxy, kubelet, etcd or containerd\n", name)
		os.Exit(64)
	}
}
