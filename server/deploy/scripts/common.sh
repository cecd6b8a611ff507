# shellcheck shell=bash
# What the scripts beside it share: their flags, and what an overlay is made of. They read the
# variables that are not used here.
# shellcheck disable=SC2034

KUBERNETES=$(cd "$(dirname "${BASH_SOURCE[0]}")/../kubernetes" && pwd)
SCRIPTS=$(dirname "${BASH_SOURCE[0]}")

say() { printf '%s\n' "$*" >&2; }

# Exit code 2: wrong usage. 1: something is missing or failed.
fail() { say "Error: $*"; exit 1; }
misuse() { say "Error: $*"; say "Run $(basename "$0") --help."; exit 2; }

# The comment at the head of the script is its help.
show_help() { sed -n '3,/^$/s/^# \{0,1\}//p' "$0"; }

# Reads the flags into variables; the first word is the overlay.
read_flags() {
  overlay='' image='' context='' timeout=10m is_confirmed=no deletes_data=no
  while [ $# -gt 0 ]; do
    case $1 in
      --help) show_help; exit 0 ;;
      --image) image=${2:?--image needs a value}; shift ;;
      --context) context=${2:?--context needs a value}; shift ;;
      --timeout) timeout=${2:?--timeout needs a value}; shift ;;
      --delete-data) deletes_data=yes ;;
      --yes) is_confirmed=yes ;;
      -*) misuse "there is no flag $1" ;;
      *) [ -z "$overlay" ] || misuse "$1 is a word too many"; overlay=$1 ;;
    esac
    shift
  done
  [ -n "$overlay" ] || misuse 'name the overlay'
  directory=$KUBERNETES/overlays/$overlay
  [ -d "$directory" ] || misuse "there is no overlay $overlay in $KUBERNETES/overlays"
  namespace=$(sed -n 's/^namespace: //p' "$directory/kustomization.yaml")
  workload=deployment/novacron
  [ "$overlay" != development ] || workload=statefulset/novacron
  command -v kubectl >/dev/null || fail 'kubectl is not on the PATH'
  [ -n "$context" ] || context=$(kubectl config current-context 2>/dev/null) ||
    fail 'kubectl has no current context: pass --context'
}

in_cluster() { kubectl --context "$context" --namespace "$namespace" "$@"; }

show_target() {
  say "overlay    $overlay"
  say "context    $context"
  say "namespace  $namespace"
}

# Asks on a terminal; scripts have to pass --yes.
confirm() {
  [ "$is_confirmed" = no ] || return 0
  [ -t 0 ] || fail "$1 needs a confirmation: pass --yes"
  local answer
  read -r -p "$1 Type the namespace to continue: " answer
  [ "$answer" = "$namespace" ] || fail 'cancelled'
}

# Prints the manifests of the overlay.
render() { kubectl kustomize "$directory"; }

# The number of the newest revision of the servers; empty if there are none.
read_revision() {
  if [ "$workload" = deployment/novacron ]; then
    in_cluster get "$workload" --ignore-not-found \
      --output 'jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}'
  else
    in_cluster get "$workload" --ignore-not-found --output 'jsonpath={.status.updateRevision}'
  fi
}
