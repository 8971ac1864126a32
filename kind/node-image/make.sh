#!/bin/bash
# Makes the root of a kind node out of Debian packages, the project's programs and kind's own files: what images/base/Dockerfile and
# `kind build node-image` of kind do, without a container engine and without a registry. Needs root, and namespaces of its own (mount, PID).
#
#   make.sh ROOT KIND_FILES COMPONENTS NODE_PROGRAMS IMAGES VERSION
#
# ROOT           an empty folder
# KIND_FILES     images/base/files of the Go module sigs.k8s.io/kind
# COMPONENTS     programs of the embedded cluster (components, containerd-shim-runc-v2)
# NODE_PROGRAMS  kubeadm, kubectl, ctr
# IMAGES         folder of image archives, all of which are put into containerd's store
# VERSION        of Kubernetes
set -euo pipefail
root=$1 files=$2 components=$3 programs=$4 images=$5 version=$6

# bookworm: its systemd (252) takes cgroup v1, that of trixie (257) refuses it
mmdebstrap --quiet --variant=minbase --mode=root \
  --include=systemd,conntrack,iptables,nftables,iproute2,ethtool,util-linux,mount,kmod,libseccomp2,pigz,e2fsprogs,bash,ca-certificates,jq,procps,runc,containernetworking-plugins \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  bookworm "$root"

# As in kind's Dockerfile.
cp -r --no-preserve=mode,ownership "$files/." "$root/"
chmod 755 "$root"/kind/bin/* "$root"/usr/local/bin/*
find "$root/lib/systemd/system/sysinit.target.wants/" -name systemd-tmpfiles-setup.service -delete
rm -f "$root"/lib/systemd/system/multi-user.target.wants/* "$root"/etc/systemd/system/*.wants/* \
  "$root"/lib/systemd/system/local-fs.target.wants/* "$root"/lib/systemd/system/sockets.target.wants/*udev* \
  "$root"/lib/systemd/system/sockets.target.wants/*initctl* "$root"/lib/systemd/system/basic.target.wants/*
echo ReadKMsg=no >>"$root/etc/systemd/journald.conf"
ln -sf /usr/lib/systemd/systemd "$root/sbin/init"
wants=$root/etc/systemd/system/multi-user.target.wants
mkdir -p "$wants" "$root/etc/kubernetes/manifests" "$root/opt/cni/bin" "$root/usr/local/sbin"
for unit in kubelet containerd undo-mount-hacks; do ln -sf "/etc/systemd/system/$unit.service" "$wants/$unit.service"; done
ln -sf /dev/null "$root/etc/systemd/system/systemd-binfmt.service"
echo -n "$version" >"$root/kind/version"

# Departures, for machines such as an unprivileged CI's: CAP_SYS_RESOURCE may be missing, so that no oom_score_adj can be lowered; and systemd in a
# privileged container must not write sysctls that are the machine's own.
sed -i 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' "$root/etc/containerd/config.toml"
rm -f "$root"/usr/lib/sysctl.d/*.conf "$root/etc/sysctl.d/99-sysctl.conf"

install -m755 "$components/components" "$components/containerd-shim-runc-v2" "$programs/ctr" "$root/usr/local/bin/"
ln -s components "$root/usr/local/bin/containerd"
ln -s ../local/bin/components "$root/usr/bin/kubelet"
install -m755 "$programs/kubeadm" "$programs/kubectl" "$root/usr/bin/"
ln -s /usr/sbin/runc "$root/usr/local/sbin/runc"
cp "$root"/usr/lib/cni/{host-local,loopback,ptp,portmap} "$root/opt/cni/bin/"

# containerd takes the images into its store, as at `kind build node-image`; nodes unpack them when they are used.
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
mount --bind /dev "$root/dev"
mkdir "$root/run/images"
mount --bind "$images" "$root/run/images"
chroot "$root" /bin/bash -euo pipefail <<'INSIDE'
ctr oci spec |
  jq '.hooks.createContainer[.hooks.createContainer | length] |= . + {"path": "/kind/bin/mount-product-files.sh"} | del(.process.rlimits)' \
    >/etc/containerd/cri-base.json
containerd >/run/containerd.log 2>&1 &
for _ in {1..100}; do if ctr version >/dev/null 2>&1; then break; fi; sleep 0.2; done
for image in /run/images/*.tar; do
  ctr --namespace=k8s.io images import --label=io.cri-containerd.pinned=pinned --all-platforms --no-unpack --digests "$image"
done
while read -r from to; do ctr --namespace=k8s.io images tag --force "$from" "$to"; done </run/images/tags
kill %1
wait %1 || true
INSIDE
umount "$root/run/images" "$root/dev" "$root/run" "$root/proc"
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/{man,doc,locale}
