#!/bin/bash
# runc for a machine whose bounding set lacks CAP_SYS_RESOURCE. Docker asks for every capability for `--privileged`, and the kernel refuses the
# whole set; so this one, and a lowered oom_score_adj, which needs it too, are taken out of what Docker wrote for runc.
set -euo pipefail
bundle= process= creates= before=
for arg in "$@"; do
  case "$before" in
    --bundle | -b) bundle=$arg ;;
    --process | -p) process=$arg ;;
  esac
  case "$arg" in create | run) creates=yes ;; esac
  before=$arg
done
without='map_values(map(select(. != "CAP_SYS_RESOURCE")))'
edit() { # FILE FILTER; the file stays the same one
  local edited
  edited=$(jq -c "$2" "$1")
  printf '%s' "$edited" >"$1"
}
if [ -n "$creates" ] && [ -n "$bundle" ]; then
  edit "$bundle/config.json" \
    ".process.capabilities |= ((. // {}) | $without) | if (.process.oomScoreAdj // 0) < 0 then del(.process.oomScoreAdj) else . end"
fi
if [ -n "$process" ]; then edit "$process" ".capabilities |= ((. // {}) | $without)"; fi
exec /usr/sbin/runc "$@"
