#!/bin/sh
# Shows the seed disk as cloud-init finds it: the device by its label, then each file. With the name
# of a file it shows that one only.
device=$(blkid | while IFS=: read -r name rest; do
  case "$rest" in *'LABEL="CIDATA"'*) echo "$name" ;; esac
done)
[ -n "$device" ] || { echo NO-SEED; exit 1; }
mkdir -p /seed
mount -t vfat -o ro "$device" /seed || exit 1
for file in /seed/${1:-*}; do
  [ -n "$1" ] || echo "--- ${file#/seed/}"
  cat "$file"
done
umount /seed
