/** Finds out whether a host can have networks for guests, and what is missing. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { keysOf } from '@novacron/contract/closed-table';
import { err, ok, type Result } from '@novacron/contract/result';
import type { NetworkPrograms } from './run-host-program.ts';

/** Bit of CAP_NET_ADMIN in a set of capabilities: linux/capability.h. */
const NET_ADMIN_BIT = 12n;

const PROGRAMS = {
  ip: 'ip',
  bridge: 'bridge',
  nft: 'nft',
  dnsmasq: 'dnsmasq',
  sysctl: 'sysctl',
} as const;
/** Packages of Debian that have the programs. */
const PACKAGES = {
  ip: 'iproute2',
  bridge: 'iproute2',
  nft: 'nftables',
  dnsmasq: 'dnsmasq-base',
  sysctl: 'procps',
} as const;

/**
 * Looks for the privilege, the programs and the parts of the kernel.
 * @returns the programs, or a clause on what is missing
 */
export function findNetworkTools(): Result<NetworkPrograms, string> {
  if (!mayChangeNetworks()) return err('the agent has not the capability CAP_NET_ADMIN');
  const missing = keysOf(PROGRAMS).find(
    (name) => !runs(PROGRAMS[name], name === 'dnsmasq' ? '--version' : '-V'),
  );
  if (missing !== undefined) {
    return err(`${PROGRAMS[missing]} is missing: install the package ${PACKAGES[missing]}`);
  }
  if (!mayUse('/dev/net/tun')) return err('/dev/net/tun cannot be used');
  if (!filtersBridges()) {
    return err('the kernel cannot filter bridges: load the module br_netfilter');
  }
  return ok(PROGRAMS);
}

function mayChangeNetworks(): boolean {
  const status = readFileSync('/proc/self/status', 'utf8');
  const set = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return ((BigInt(`0x${set}`) >> NET_ADMIN_BIT) & 1n) === 1n;
}

function runs(program: string, flag: string): boolean {
  return spawnSync(program, [flag], { stdio: 'ignore' }).status === 0;
}

function mayUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Loads modules of the kernel. */
const LOADER = 'modprobe';
const BRIDGE_SETTING = '/proc/sys/net/bridge/bridge-nf-call-iptables';

function filtersBridges(): boolean {
  if (!existsSync(BRIDGE_SETTING)) spawnSync(LOADER, ['br_netfilter'], { stdio: 'ignore' });
  return existsSync(BRIDGE_SETTING);
}
