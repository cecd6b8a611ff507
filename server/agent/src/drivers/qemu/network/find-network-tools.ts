/** Finds out whether a host can have networks for guests, and what is missing. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { keysOf } from '@novacron/contract/closed-table';
import { err, ok, type Result } from '@novacron/contract/result';
import { mayUse, type VmUser } from '../files/vm-user.ts';
import type { NetworkPrograms } from './network-programs.ts';

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

/** One thing that networks of guests need of their host. */
export interface NetworkNeed {
  readonly name: string;
  /** Reason why it cannot be used, as a clause; undefined if it can. */
  readonly trouble: string | undefined;
  /** The command that mends it. */
  readonly remedy: string;
}

/** Whether a missing module of the kernel is loaded, or is only looked for. */
export type ModuleUse = 'load' | 'look';

/**
 * Looks for the privilege, the programs and the parts of the kernel.
 * @param vmUser - whom QEMU runs as, where it is not the agent's user
 */
export function examineNetworkNeeds(
  modules: ModuleUse,
  vmUser?: VmUser | undefined,
): readonly NetworkNeed[] {
  return [
    {
      name: 'CAP_NET_ADMIN',
      trouble: mayChangeNetworks() ? undefined : 'the agent has not the capability CAP_NET_ADMIN',
      remedy: 'run the agent as root, or give its unit AmbientCapabilities=CAP_NET_ADMIN',
    },
    ...keysOf(PROGRAMS).map((name) => ({
      name: PROGRAMS[name],
      trouble: runs(PROGRAMS[name], name === 'dnsmasq' ? '--version' : '-V')
        ? undefined
        : `${PROGRAMS[name]} is missing: install the package ${PACKAGES[name]}`,
      remedy: `apt-get install ${PACKAGES[name]}`,
    })),
    {
      name: '/dev/net/tun',
      trouble: explainTun(vmUser),
      remedy: 'modprobe tun; chmod 0666 /dev/net/tun',
    },
    {
      name: 'br_netfilter',
      trouble: filtersBridges(modules)
        ? undefined
        : 'the kernel cannot filter bridges: load the module br_netfilter',
      remedy: 'modprobe br_netfilter',
    },
  ];
}

/**
 * Finds the programs that change networks.
 * @returns the programs, or a clause on what is missing
 */
export function findNetworkTools(
  modules: ModuleUse,
  vmUser?: VmUser | undefined,
): Result<NetworkPrograms, string> {
  const lack = examineNetworkNeeds(modules, vmUser).find(({ trouble }) => trouble !== undefined);
  return lack?.trouble === undefined ? ok(PROGRAMS) : err(lack.trouble);
}

function mayChangeNetworks(): boolean {
  const status = readFileSync('/proc/self/status', 'utf8');
  const set = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return ((BigInt(`0x${set}`) >> NET_ADMIN_BIT) & 1n) === 1n;
}

function runs(program: string, flag: string): boolean {
  return spawnSync(program, [flag], { stdio: 'ignore' }).status === 0;
}

const TUN = '/dev/net/tun';

function explainTun(vmUser: VmUser | undefined): string | undefined {
  try {
    accessSync(TUN, constants.R_OK | constants.W_OK);
  } catch {
    return `${TUN} cannot be used`;
  }
  if (vmUser === undefined || mayUse(vmUser, ['r', 'w'], TUN)) return undefined;
  return `${TUN} cannot be used by ${vmUser.name}`;
}

/** Loads modules of the kernel. */
const LOADER = 'modprobe';
const BRIDGE_SETTING = '/proc/sys/net/bridge/bridge-nf-call-iptables';

function filtersBridges(modules: ModuleUse): boolean {
  if (existsSync(BRIDGE_SETTING)) return true;
  const mode = modules === 'look' ? ['-n'] : [];
  const { status } = spawnSync(LOADER, [...mode, '-q', 'br_netfilter'], { stdio: 'ignore' });
  return modules === 'look' ? status === 0 : existsSync(BRIDGE_SETTING);
}
