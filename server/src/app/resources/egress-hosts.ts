/** Which hosts steps of workflows and notifications of a tenant may be sent to. */
import type { EgressHost } from './deps.ts';

/** The hosts of a tenant: `HOST`, or `HOST:PORT`. */
export function egressHostsOf(hosts: readonly EgressHost[], tenantId: string): readonly string[] {
  return hosts
    .filter((each) => each.tenantId === undefined || each.tenantId === tenantId)
    .map(({ host }) => host);
}

/** Why a host is not permitted, in words that follow "it"; undefined where it is. */
export function refuseEgressHost(host: string, hosts: readonly string[]): string | undefined {
  if (hosts.includes(host)) return undefined;
  return `is sent to ${host}, which is not in the server's setting egress-hosts`;
}
