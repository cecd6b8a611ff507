/** Hosts to which workflow steps and notifications of a tenant may be sent. */
import type { EgressHost } from './deps.ts';

/** The hosts of a tenant: `HOST`, or `HOST:PORT`. */
export function egressHostsOf(hosts: readonly EgressHost[], tenantId: string): readonly string[] {
  return hosts
    .filter((each) => each.tenantId === undefined || each.tenantId === tenantId)
    .map(({ host }) => host);
}

/**
 * Explains why a host is not permitted, in words that follow "it"; undefined if it is permitted.
 */
export function refuseEgressHost(host: string, hosts: readonly string[]): string | undefined {
  if (hosts.includes(host)) return undefined;
  return `is sent to ${host}, which is not in the server's setting egress-hosts`;
}
