#!/usr/bin/env bash
# Boots k3s in three containers, one for each site, and writes its kubeconfig: k3s-up.sh <image> <kubeconfig>
# The images of archives named after that are imported into every node.
set -euo pipefail
image=$1 kubeconfig=$2
shift 2
token=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
docker network create drill > /dev/null
node() {
  local site=$1
  shift
  docker run --detach --quiet --name "k3s-$site" --hostname "$site" --network drill --privileged --tmpfs /run --tmpfs /var/run \
    --env K3S_TOKEN="$token" "${publish[@]}" "$image" "$@" --node-name "$site" --node-label "nodelocal-drill.dev/site=$site" > /dev/null
}
publish=(--publish 127.0.0.1:6443:6443)
node control server --tls-san 127.0.0.1 --disable traefik --disable metrics-server --write-kubeconfig-mode 644
publish=(--env K3S_URL=https://k3s-control:6443)
node both agent
# Where node-cache leaves the ClusterIP alone pods must be told its own address.
node link-local agent --kubelet-arg=cluster-dns=169.254.20.10
for _ in $(seq 60); do
  docker exec k3s-control kubectl config rename-context default drill > /dev/null 2>&1 && break
  sleep 2
done
docker exec k3s-control cat /etc/rancher/k3s/k3s.yaml > "$kubeconfig"
export KUBECONFIG=$kubeconfig
for _ in $(seq 60); do
  [ "$(kubectl get nodes --no-headers 2> /dev/null | wc -l)" -eq 3 ] && break
  sleep 2
done
kubectl wait --for=condition=Ready node --all --timeout=180s
for archive in "$@"; do
  for site in control both link-local; do
    docker exec --interactive "k3s-$site" ctr images import - < "$archive"
  done
done
