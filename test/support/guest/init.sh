#!/bin/sh
# The first process of the test guest: loads its drivers, reports that it is ready on the serial
# console, shuts down when the power button is pressed, and reads commands from the console.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
# One process for all of them: in software, starting a program takes longer than loading a module.
modprobe -a $(cat /lib/modules/order)
for event in /dev/input/event*; do
  (
    dd if="$event" bs=24 count=1 >/dev/null 2>&1
    echo GUEST-POWER-BUTTON >/dev/console
    sync
    poweroff -f
  ) &
done
echo "GUEST-READY cpus=$(nproc)" >/dev/console
exec setsid sh -c 'exec sh </dev/ttyS0 >/dev/ttyS0 2>&1'
