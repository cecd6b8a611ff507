#!/usr/bin/env bash
set -euo pipefail
# Rolls the servers back to the revision before, with its settings, and verifies. Volumes, secrets
# and the store stay as they are: after a release that upgraded the store, restore the backup too
# (docs/how-to/kubernetes.md).
#
#   rollback.sh OVERLAY [--context NAME] [--timeout 10m] [--yes]

# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "$0")/common.sh"
read_flags "$@"

image_of() { in_cluster get "$1" --output "jsonpath={.spec.template.spec.containers[$2].image}"; }

show_target
confirm "Rolls back $workload."
in_cluster rollout undo "$workload"
# The sidecar of NATS runs the image of the servers.
if [ "$overlay" != development ] &&
  [ "$(image_of "$workload" 0)" != "$(image_of statefulset/novacron-nats 1)" ]; then
  in_cluster rollout undo statefulset/novacron-nats
fi
"$SCRIPTS/verify.sh" "$overlay" --context "$context" --timeout "$timeout"
