#!/bin/sh
# Called by udhcpc with what the DHCP server has said, in variables: configures the interface.
[ "$1" = bound ] || exit 0
ip link set dev "$interface" mtu "${mtu:-1500}"
ip address add "$ip/$mask" dev "$interface"
[ -z "$router" ] || ip route add default via "$router"
for server in $dns; do echo "nameserver $server"; done > /etc/resolv.conf
