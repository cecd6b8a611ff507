/**
 * The allowed hosts of webhooks. Without the list, the author of a policy could make the server
 * send requests into its internal network (OWASP, server-side request forgery).
 */

/** Explains why an address is not allowed; undefined if it is allowed. */
export function refuseWebhookHost(url: string, hosts: readonly string[]): string | undefined {
  // The port is part of it, unless it is the default of the protocol.
  const { host } = new URL(url);
  if (hosts.includes(host)) return undefined;
  return `webhooks to ${host} are not allowed: it is not in the server's setting webhook-hosts`;
}
