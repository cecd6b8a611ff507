#!/usr/bin/env bash
set -euo pipefail
# Removes NovaCron from a cluster. Volumes, secrets, the namespace and its role stay, so that a new
# deployment continues with the same store. VMs keep running on their hosts.
#
#   cleanup.sh OVERLAY [--delete-data] [--context NAME] [--yes]
#
# --delete-data deletes the namespace with everything in it: volumes, backups, and the sealing key,
# without which neither the store nor a backup can be read.

# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "$0")/common.sh"
read_flags "$@"

show_target
if [ "$deletes_data" = yes ]; then
  confirm 'Deletes the namespace, its volumes, backups and keys for good.'
  in_cluster delete namespace "$namespace" --ignore-not-found
else
  confirm 'Deletes NovaCron, except for volumes and secrets.'
  render | in_cluster delete --ignore-not-found \
    --selector='novacron.dev/setup!=true,novacron.dev/retain!=true' --filename=-
fi
