#!/bin/sh
# Writes the permissions of agents and runners whenever they change, and has nats-server read them:
# it disconnects those whose enrollment was revoked. Ends only with its container.
#
#   PERMISSIONS_FILE=… TLS_DIR=… PID_FILE=… INTERVAL_SECONDS=… sh reload-permissions.sh
set -u
trap 'exit 0' TERM INT

update() {
  novacron admin bus configuration --tls-dir "$TLS_DIR" >"$PERMISSIONS_FILE.new" || return
  if cmp -s "$PERMISSIONS_FILE.new" "$PERMISSIONS_FILE"; then return; fi
  mv "$PERMISSIONS_FILE.new" "$PERMISSIONS_FILE"
  kill -HUP "$(cat "$PID_FILE")" && echo 'reloaded the permissions of nats-server'
}

while true; do
  update
  # In the background: a signal interrupts `wait` at once.
  sleep "$INTERVAL_SECONDS" &
  wait $!
done
