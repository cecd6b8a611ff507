#!/usr/bin/env bash
set -euo pipefail
# Verifies a deployment: all servers run the newest revision and are ready, which is their /readyz;
# NATS, certificates and secrets are ready, too. Changes nothing. Exit code 0: all is well.
#
#   verify.sh OVERLAY [--context NAME] [--timeout 10m]

# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "$0")/common.sh"
read_flags "$@"

problems=0
report() {
  if [ -z "$2" ]; then say "ok      $1"; return; fi
  say "FAILED  $1: $2"
  problems=$((problems + 1))
}

check_rollout() {
  local output
  if output=$(in_cluster rollout status "$1" --timeout="$timeout" 2>&1); then output=; fi
  report "rollout of $1" "$output"
}

# Prints those that are not ready.
check_conditions() {
  local lines='{range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}'
  lines=$(in_cluster get "$1" --output "jsonpath=$lines{'\n'}{end}")
  report "$1 are ready" "$(awk 'NF && $2 != "True" { print $1 }' <<<"$lines" | tr '\n' ' ')"
}

check_rollout "$workload"
if [ "$overlay" != development ]; then
  check_rollout statefulset/novacron-nats
  check_conditions certificates
fi
if grep -q external-secrets "$directory/kustomization.yaml"; then
  check_conditions externalsecrets
fi
[ "$problems" -eq 0 ]
