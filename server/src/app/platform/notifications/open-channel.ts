/**
 * Finds out where a channel sends to now: its secrets are opened, and its host is checked with
 * the operator's list and with the list of each secret. A secret need not list a workflow: its
 * value goes to the address of the channel, and no text of a workflow can change that.
 */
import { err, ok, type Result } from '@novacron/contract/result';
import type { MailRequest } from '../../../ports/egress.ts';
import type { NotificationChannelRow } from '../../../ports/tables/automation/notification-channel-row.ts';
import { scopeOf } from '../../access/secrets/answer-secret.ts';
import {
  finalFault,
  findSecretNamed,
  openSecretVersion,
  type SecretFault,
} from '../../access/secrets/open-secret.ts';
import { egressHostsOf, refuseEgressHost } from '../../resources/egress-hosts.ts';
import type { CapabilityDeps } from '../deps.ts';
import { targetOf, typeOf } from './channel-row.ts';

/** Dependencies of opening a channel. */
export type OpenDeps = Pick<CapabilityDeps, 'store' | 'settings' | 'vault'>;

/** A channel that can be sent to: with values of secrets, so it stays in memory. */
export type OpenedChannel =
  | { readonly kind: 'log' }
  | {
      readonly kind: 'webhook' | 'slack';
      readonly url: URL;
      readonly token?: string | undefined;
      readonly hosts: readonly string[];
    }
  | ({ readonly kind: 'email' } & Pick<
      MailRequest,
      'server' | 'security' | 'login' | 'from' | 'to' | 'hosts'
    >);

/** Characters that HTTP allows in a header value, without spaces (RFC 6750, 2.1). */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * Opens a channel.
 * @returns where it sends to. Failure: why it cannot, in words that follow its name
 */
export async function openChannel(
  deps: OpenDeps,
  row: NotificationChannelRow,
): Promise<Result<OpenedChannel, SecretFault>> {
  const hosts = egressHostsOf(deps.settings.egressHosts, row.tenant_id);
  const kind = typeOf(row);
  if (kind === 'log') return ok({ kind });
  if (kind === 'email') return openMail(deps, row, hosts);
  const { token_secret: tokenSecret } = targetOf(row);
  const address = await openAddress(deps, row);
  if (!address.ok) return address;
  const url = address.value;
  const refused = refuseEgressHost(url.host, hosts);
  if (refused !== undefined) return err(finalFault(refused));
  if (tokenSecret === undefined) return ok({ kind, url, hosts });
  const token = await openSecret(deps, row, { name: tokenSecret, hostOf: () => url.host });
  if (!token.ok) return token;
  if (TOKEN.test(token.value)) return ok({ kind, url, hosts, token: token.value });
  return err(
    finalFault(
      `uses the secret ${tokenSecret}, whose value has a character that no token can have`,
    ),
  );
}

async function openMail(
  deps: OpenDeps,
  row: NotificationChannelRow,
  hosts: readonly string[],
): Promise<Result<OpenedChannel, SecretFault>> {
  const target = targetOf(row);
  const { smtp_server: server = '', from = '', to = [], smtp_user: user } = target;
  const refused = refuseEgressHost(server, hosts);
  if (refused !== undefined) return err(finalFault(refused));
  const security = target.smtp_security ?? 'starttls';
  const mail = { kind: 'email', server, security, from, to, hosts } as const;
  const { password_secret: name } = target;
  if (user === undefined || name === undefined) return ok(mail);
  const password = await openSecret(deps, row, { name, hostOf: () => server });
  return password.ok ? ok({ ...mail, login: { user, password: password.value } }) : password;
}

async function openAddress(
  deps: OpenDeps,
  row: NotificationChannelRow,
): Promise<Result<URL, SecretFault>> {
  const { url, url_secret: name } = targetOf(row);
  if (url !== undefined) return ok(new URL(url));
  if (name === undefined) return err(finalFault('has no address'));
  const value = await openSecret(deps, row, { name, hostOf: (text) => parseAddress(text)?.host });
  if (!value.ok) return value;
  const address = parseAddress(value.value);
  return address === undefined
    ? err(finalFault(`uses the secret ${name}, ${NO_ADDRESS}`))
    : ok(address);
}

const NO_ADDRESS = 'whose value is no address that begins with https:// or http://';

function parseAddress(text: string): URL | undefined {
  if (!/^https?:[/][/]/.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.username === '' && url.password === '' ? url : undefined;
}

interface SecretUse {
  readonly name: string;
  /** Returns the host that a value is sent to; undefined if the value does not name it. */
  readonly hostOf: (value: string) => string | undefined;
}

async function openSecret(
  deps: OpenDeps,
  { tenant_id }: NotificationChannelRow,
  { name, hostOf }: SecretUse,
): Promise<Result<string, SecretFault>> {
  const row = await findSecretNamed(deps, { tenant_id, name });
  if (row === undefined) return err(finalFault(`uses the secret ${name}, which does not exist`));
  const value = await openSecretVersion(deps, row.id, row.version);
  if (!value.ok) {
    return err({ ...value.error, words: `uses the secret ${name}, ${value.error.words}` });
  }
  const host = hostOf(value.value);
  if (host === undefined) return err(finalFault(`uses the secret ${name}, ${NO_ADDRESS}`));
  if (scopeOf(row).hosts.includes(host)) return value;
  return err(finalFault(`uses the secret ${name}, which may not be sent to the host ${host}`));
}
