/** Addresses of Git repositories: which protocol, host and user they name. */
import { ok, type Result } from '@novacron/contract/result';
import { type Refusal, refuse } from '../step/refusal.ts';

/** A repository that may be fetched. */
export interface GitAddress {
  /** As Git takes it, without a user of HTTP. */
  readonly url: string;
  readonly protocol: 'https' | 'http' | 'ssh' | 'file';
  /** User of HTTP; others have theirs in the address. */
  readonly user: string | undefined;
}

/** `git@host:path`, as scp writes it. */
const SCP_FORM = /^[\w.+-]+@\w[\w.-]*:[^\s:/]\S*$/;

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

const FORMS = 'https://host/path, ssh://user@host/path, git@host:path or file:///path';

/** Reads an address. Refused: other protocols, passwords, and http beyond this host. */
export function readGitAddress(text: string): Result<GitAddress, Refusal> {
  const isPlain = /^[\x21-\x7e]+$/.test(text) && !text.startsWith('-');
  if (isPlain && SCP_FORM.test(text)) {
    return ok({ url: text, protocol: 'ssh', user: undefined });
  }
  const url = isPlain && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return refuse(`The repository's address must be ${FORMS}.`);
  if (url.password !== '') {
    return refuse(
      "The repository's address contains a password. Pass it as the secret GIT_CREDENTIAL.",
    );
  }
  const { protocol, hostname } = url;
  if (protocol === 'ssh:' || protocol === 'file:') {
    if (protocol === 'ssh:' && /^$|^-/.test(hostname)) {
      return refuse("The repository's address names no host.");
    }
    return ok({ url: text, protocol: protocol === 'ssh:' ? 'ssh' : 'file', user: undefined });
  }
  if (protocol === 'http:' && !LOOPBACK.includes(hostname)) {
    return refuse(`http does not protect what is fetched from ${hostname}. Use https.`);
  }
  if (protocol !== 'https:' && protocol !== 'http:') {
    return refuse(`Git does not fetch from ${protocol} here. The address must be ${FORMS}.`);
  }
  const user = url.username === '' ? undefined : decodeURIComponent(url.username);
  if (user !== undefined && /[\r\n\0]/.test(user)) {
    return refuse("The user in the repository's address contains a line break.");
  }
  url.username = '';
  return ok({ url: url.href, protocol: protocol === 'https:' ? 'https' : 'http', user });
}
