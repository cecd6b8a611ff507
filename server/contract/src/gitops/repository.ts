/** Addresses of Git repositories. */
import { isLoopbackHost } from '../link-tls.ts';

/** What an address must be, in words that follow the field. */
export const REPOSITORY_WORDS =
  'must be a repository without a password: https://HOST/PATH, ssh://USER@HOST/PATH, ' +
  'USER@HOST:PATH or file:///PATH';

/** An address taken apart. */
export interface Repository {
  readonly protocol: 'https' | 'http' | 'ssh' | 'file';
  /** HOST:PORT; undefined for files. */
  readonly host: string | undefined;
  /** User name, if it is in the address. */
  readonly user: string | undefined;
  /** As Git takes it: a user of HTTP is not in it. */
  readonly url: string;
}

const HOST = '([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)';
const USER = '(?:([A-Za-z0-9][A-Za-z0-9._%+-]*)@)?';
const PATH = '[!-~]+';

const WITH_SCHEME = new RegExp(`^(https?|ssh)://${USER}${HOST}(?::([0-9]{1,5}))?/${PATH}$`);

/** The form of scp. */
const SCP = new RegExp(`^${USER}${HOST}:(?!/?/)${PATH}$`);

const FILE = new RegExp(`^file:///(?!(?:.*/)?[.][.](?:/|$))${PATH}$`);

const PORTS = { https: '443', http: '80', ssh: '22' } as const;

const PORT_MAX = 65_535;

/** Reads an address; undefined where it is none that syncs accept. */
export function parseRepository(text: string): Repository | undefined {
  if (/[?#]/.test(text)) return undefined;
  if (FILE.test(text)) return { protocol: 'file', host: undefined, user: undefined, url: text };
  const [, scheme, user, host, port] = WITH_SCHEME.exec(text) ?? [];
  const protocol = (['https', 'http', 'ssh'] as const).find((each) => each === scheme);
  if (protocol !== undefined && host !== undefined) {
    // A token must not cross a network that others read.
    if (protocol === 'http' && !isLoopbackHost(host)) return undefined;
    if (port !== undefined && !(Number(port) > 0 && Number(port) <= PORT_MAX)) return undefined;
    const name = user === undefined ? undefined : decodeUser(user);
    if (name === null) return undefined;
    const url = protocol === 'ssh' || user === undefined ? text : text.replace(`${user}@`, '');
    return { protocol, host: `${host}:${port ?? PORTS[protocol]}`, user: name, url };
  }
  if (text.includes('://')) return undefined;
  const [, scpUser, scpHost] = SCP.exec(text) ?? [];
  if (scpHost === undefined) return undefined;
  return { protocol: 'ssh', host: `${scpHost}:${PORTS.ssh}`, user: scpUser, url: text };
}

/** A user of HTTP may be an address of mail, whose @ is escaped. @returns null: not a name */
function decodeUser(text: string): string | null {
  try {
    const name = decodeURIComponent(text);
    return /[\p{Cc}:]/u.test(name) ? null : name;
  } catch {
    return null;
  }
}

/** Whether a text is a repository that syncs accept. */
export function isRepository(text: string): boolean {
  return parseRepository(text) !== undefined;
}
