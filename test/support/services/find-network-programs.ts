/** The programs that make and filter networks of guests, for suites that run as root. */
import { findProgram, needNetAdmin } from './find-program.ts';

/** Paths of the programs; throws where this process may not change networks. */
export function findNetworkPrograms() {
  needNetAdmin({ name: 'CAP_NET_ADMIN', install: 'only root may make networks (CAP_NET_ADMIN)' });
  return {
    ip: findProgram({ name: 'ip', install: 'the network tools (Debian: iproute2)' }),
    bridge: findProgram({ name: 'bridge', install: 'the tools of bridges (Debian: iproute2)' }),
    nft: findProgram({ name: 'nft', install: 'the packet filter (Debian: nftables)' }),
    dnsmasq: findProgram({ name: 'dnsmasq', install: 'dnsmasq (Debian: dnsmasq-base)' }),
    sysctl: findProgram({ name: 'sysctl', install: 'sysctl (Debian: procps)' }),
    ping: findProgram({ name: 'ping', install: 'ping (Debian: iputils-ping)' }),
  };
}
