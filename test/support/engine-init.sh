#!/bin/bash
# The first process of the namespaces (net, mount, PID) that a Docker engine for tests lives in: engine-init.sh FOLDER COREDNS [dockerd's arguments]
# Links, rules, mounts and processes go with it; the machine's network, /usr and /run are never touched.
set -euo pipefail
folder=$1 coredns=$2
shift 2
ip link set lo up

# kind mounts /lib/modules into its nodes, and Docker would make it on the machine where it is missing.
mount -t tmpfs tmpfs "$folder/private"
if [ ! -d /usr/lib/modules ]; then
  mkdir -p "$folder"/private/{upper/modules,work}
  mount -t overlay overlay -o "lowerdir=/usr/lib,upperdir=$folder/private/upper,workdir=$folder/private/work" /usr/lib
fi

# There is no outside: a name server that says so at once, since Docker's own leaves a query without upstream unanswered for seconds.
ip link add dns0 type bridge
ip address add 169.254.53.53/32 dev dns0
ip link set dns0 up
printf '.:53 {\n bind 169.254.53.53\n template ANY ANY {\n  rcode NXDOMAIN\n }\n}\n' >"$folder/private/Corefile"
"$coredns" -conf "$folder/private/Corefile" >"$folder/coredns.log" 2>&1 &

exec docker-init -g -s -- dockerd --dns 169.254.53.53 "$@"
