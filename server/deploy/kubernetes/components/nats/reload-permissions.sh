#!/bin/sh
# Writes the permissions of agents and runners whenever they change, and has nats-server read them:
# it disconnects those whose enrollment was revoked. It reads renewed certificates, too, which
# nats-server would otherwise not use before its next start. Ends only with its container.
#
#   PERMISSIONS_FILE=… TLS_DIR=… PID_FILE=… INTERVAL_SECONDS=… sh reload-permissions.sh
set -u
trap 'exit 0' TERM INT
loaded=

write_permissions() {
  novacron admin bus configuration --tls-dir "$TLS_DIR" >"$PERMISSIONS_FILE.new" || return
  if cmp -s "$PERMISSIONS_FILE.new" "$PERMISSIONS_FILE"; then return; fi
  mv "$PERMISSIONS_FILE.new" "$PERMISSIONS_FILE"
}

reload() {
  present=$(cat "$PERMISSIONS_FILE" "$TLS_DIR"/* | cksum)
  if [ "$present" = "$loaded" ]; then return; fi
  kill -HUP "$(cat "$PID_FILE")" || return
  loaded=$present
  echo 'nats-server reloads its permissions and certificates'
}

while true; do
  write_permissions
  reload
  # In the background: a signal interrupts `wait` at once.
  sleep "$INTERVAL_SECONDS" &
  wait $!
done
