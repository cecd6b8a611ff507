/**
 * Finds the addresses that a host reaches for its own work: name servers, file servers of mounts,
 * and the hosts of its control plane. No network may have them.
 */
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { parseIp } from '@novacron/contract/formats/cidr';

/** Files that describe the host's network use. */
export interface HostFiles {
  readonly resolvers: string;
  readonly mounts: string;
}

const FILES: HostFiles = { resolvers: '/etc/resolv.conf', mounts: '/proc/self/mounts' };

/** `nameserver ADDRESS` of resolv.conf(5); a link may follow an address of IPv6. */
const NAME_SERVER = /^\s*nameserver\s+([^\s%]+)/gm;
/** Options of nfs(5), mount.cifs(8) and mount.ceph(8), and the sources of those mounts. */
const MOUNT_ADDRESS = /[\s,](?:mount)?(?:addr|ip)=([^\s,]+)/g;
const MOUNT_SOURCE = /^(?:\/\/)?\[?([0-9a-f.:]+?)\]?(?::\d+)?(?::\/|\/|,)\S*\s/gim;

/** Machines wait for the answer when their network is made. Unit: ms. */
const RESOLVE_MS_MAX = 2_000;

/**
 * Finds them at this moment; what cannot be read or resolved is left out.
 * @param hosts - names or addresses of hosts that the node reaches
 */
export async function findHostNeeds(
  hosts: readonly string[],
  files: HostFiles = FILES,
): Promise<readonly string[]> {
  const [resolvers, mounts, ...resolved] = await Promise.all([
    readFile(files.resolvers, 'utf8').catch(() => ''),
    readFile(files.mounts, 'utf8').catch(() => ''),
    ...hosts.map(resolveHost),
  ]);
  const found = [
    ...matchesOf(NAME_SERVER, resolvers),
    ...matchesOf(MOUNT_ADDRESS, mounts),
    ...matchesOf(MOUNT_SOURCE, mounts),
    ...resolved.flat(),
  ];
  return [...new Set(found.filter((each) => parseIp(each) !== undefined))];
}

function matchesOf(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].flatMap(([, address]) => address ?? []);
}

async function resolveHost(host: string): Promise<readonly string[]> {
  if (parseIp(host) !== undefined) return [host];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), RESOLVE_MS_MAX);
  });
  const found = lookup(host, { all: true }).then(
    (addresses) => addresses.map(({ address }) => address),
    () => [],
  );
  return Promise.race([found, late]).finally(() => clearTimeout(timer));
}
