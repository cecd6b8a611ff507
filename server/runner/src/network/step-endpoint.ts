/** The server as steps with a token reach it. */
import type { NetworkHost } from '@novacron/contract/automation/network-host';
import { parseNetworkHost } from '@novacron/contract/automation/network-host';
import type { RunnerOrder } from '@novacron/contract/automation/runner';
import { TOKEN_FILE } from '@novacron/contract/automation/runner';
import { isLoopbackHost } from '@novacron/contract/link-tls';
import { err, ok, type Result } from '@novacron/contract/result';

/** Address of the server for steps. */
export interface StepEndpoint {
  readonly url: string;
  /** `HOST:PORT`, as steps name hosts. */
  readonly host: string;
  readonly rule: NetworkHost;
  /** Absolute path of its certificate authority on this host. */
  readonly caFile: string | undefined;
}

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** The address on which a server of this machine listens by default; steps have no `localhost`. */
const LOOPBACK = '127.0.0.1';

/**
 * Reads it.
 * @param allowsHttp - whether http is accepted beyond this machine
 * @returns why it is none, in words that follow it
 */
export function readStepEndpoint(
  text: string,
  caFile: string | undefined,
  allowsHttp: boolean,
): Result<StepEndpoint, string> {
  if (!URL.canParse(text)) return err('must be https://HOST:PORT');
  const url = new URL(text);
  const standard = PORTS[url.protocol];
  const isLocal = isLoopbackHost(url.hostname);
  if (standard === undefined || (url.protocol === 'http:' && !isLocal && !allowsHttp)) {
    return err('must be https://HOST:PORT; http is for this machine only');
  }
  if (url.username !== '' || url.pathname !== '/' || url.search !== '') {
    return err('must be https://HOST:PORT without user, path and query');
  }
  if (url.hostname === 'localhost') url.hostname = LOOPBACK;
  const host = `${url.hostname}:${url.port === '' ? standard : url.port}`;
  const rule = parseNetworkHost(host, 'rule');
  return rule.ok ? ok({ url: url.origin, host, rule: rule.value, caFile }) : rule;
}

/** An order with what its token needs: the file, the address, and the right to reach it. */
export function withToken(order: RunnerOrder, endpoint: StepEndpoint | undefined): RunnerOrder {
  const { token, env, secrets, hosts = [] } = order;
  if (token === undefined || endpoint === undefined) return order;
  const { url, host, caFile } = endpoint;
  return {
    ...order,
    env: {
      NOVACRON_ENDPOINT: url,
      ...(caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile }),
      ...env,
    },
    secrets: [...secrets, { key: TOKEN_FILE, value: token }],
    hosts: [...hosts, host],
  };
}
