#!/usr/bin/env bash
set -euo pipefail
# Deploys NovaCron to Kubernetes: checks what it needs, makes a backup, applies the manifests,
# waits, and verifies. If that fails, it rolls back to the revision before.
#
#   deploy.sh OVERLAY --image IMAGE [--context NAME] [--timeout 10m] [--yes]
#
# OVERLAY is development, staging or production. IMAGE has a version or a digest, such as
# novacron/server:0.1.0. --timeout limits each wait. --yes asks nothing.

# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "$0")/common.sh"
read_flags "$@"

check_image() {
  case $image in
    '') misuse 'name the image: --image novacron/server:VERSION' ;;
    *:latest) misuse "$image changes under you: name a version or a digest" ;;
    *@sha256:* | *:[A-Za-z0-9_]*) ;;
    *) misuse "$image has no version: name one, or a digest" ;;
  esac
}

check_secrets() {
  local missing=() name
  while read -r name; do
    in_cluster get secret "$name" --output name >/dev/null 2>&1 || missing+=("$name")
  done <"$directory/required-secrets"
  [ ${#missing[@]} -eq 0 ] || fail "namespace $namespace has no secrets ${missing[*]}:" \
    'docs/how-to/kubernetes.md says how to create them'
}

apply() {
  in_cluster apply --server-side --field-manager=novacron-deploy --force-conflicts \
    --validate=strict --selector='novacron.dev/setup!=true' "$@" --filename="$manifests"
}

back_up() {
  local job
  [ "$workload" = deployment/novacron ] || return 0
  job=novacron-before-$(date -u +%Y%m%d%H%M%S)
  say "making a backup: job/$job"
  in_cluster create job "$job" --from=cronjob/novacron-backup --dry-run=client --output yaml |
    in_cluster create --filename=- >/dev/null
  in_cluster wait --for=condition=complete "job/$job" --timeout="$timeout" >/dev/null ||
    fail "the backup failed: kubectl -n $namespace logs job/$job. Nothing was changed."
}

check_image
manifests=$(mktemp)
trap 'rm -f "$manifests"' EXIT
render | sed -E "s|^( *(- )?image:) novacron/server\$|\\1 $image|" >"$manifests"
show_target
say "image      $image"
check_secrets
apply --dry-run=server >/dev/null || fail 'the API server refuses the manifests'
before=$(read_revision)
confirm 'The manifests are valid.'
[ -z "$before" ] || back_up
if apply >/dev/null; then
  say 'applied the manifests; waiting for the servers'
  if "$SCRIPTS/verify.sh" "$overlay" --context "$context" --timeout "$timeout"; then
    say "deployed $image"
    exit 0
  fi
else
  say 'the API server has accepted only a part of the manifests'
fi
if [ -z "$before" ] || [ "$(read_revision)" = "$before" ]; then
  fail 'the deployment failed. There is no earlier revision to roll back to.'
fi
say 'the deployment failed; rolling back'
"$SCRIPTS/rollback.sh" "$overlay" --context "$context" --timeout "$timeout" --yes ||
  fail 'the rollback failed, too'
fail "$image was not deployed; the revision before it runs again"
