#!/usr/bin/env bash
# Puts NodeLocal DNSCache on the labelled nodes of kubectl's current cluster, and CoreDNS on the control site: node-local-dns.sh [image]
# CoreDNS stays off the nodes under test, so that its answers can be told from node-cache's.
set -euo pipefail
cd "$(dirname "$0")"
export NODE_CACHE_IMAGE=${1:-registry.k8s.io/dns/k8s-dns-node-cache:1.26.8}
KUBE_DNS_IP=$(kubectl -n kube-system get service kube-dns -o jsonpath='{.spec.clusterIP}')
export KUBE_DNS_IP
kubectl -n kube-system patch deployment coredns --patch \
  '{"spec":{"template":{"spec":{"nodeSelector":{"nodelocal-drill.dev/site":"control"},"tolerations":[{"operator":"Exists"}]}}}}'
# shellcheck disable=SC2016 # these two, and no other
envsubst '$KUBE_DNS_IP $NODE_CACHE_IMAGE' < node-local-dns.yaml | kubectl apply -f -
kubectl -n kube-system rollout status deployment/coredns --timeout=180s
kubectl -n kube-system rollout status daemonset/node-local-dns-both --timeout=180s
kubectl -n kube-system rollout status daemonset/node-local-dns-link-local --timeout=180s
