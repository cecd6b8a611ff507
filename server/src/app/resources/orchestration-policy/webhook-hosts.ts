/**
 * Which hosts webhooks may go to. Whoever may write a policy could otherwise have the server send
 * requests into the network around it (OWASP, server-side request forgery).
 */

/** Why nothing is sent to an address; undefined where it may be. */
export function refuseWebhookHost(url: string, hosts: readonly string[]): string | undefined {
  // The port is part of it, unless it is the usual one of the protocol.
  const { host } = new URL(url);
  if (hosts.includes(host)) return undefined;
  return `webhooks to ${host} are not allowed: it is not in the server's setting webhook-hosts`;
}
