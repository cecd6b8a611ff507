/** An SSH server on loopback, with a key of its own and one of a user who may sign in. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../src/wait-until.ts';
import { findProgram } from './find-program.ts';
import { findSshKeygen } from './find-ssh-keygen.ts';
import { findFreePort } from './own-process.ts';

/** A running SSH server. */
export interface Sshd {
  readonly port: number;
  /** Its key, as a line of `known_hosts`. */
  readonly knownHost: string;
  /** A key that it does not have, for the same address. */
  readonly otherHost: string;
  /** The private key of root. */
  readonly userKey: string;
  /** A folder of the server. */
  readonly directory: string;
  /** Log of the server. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/** Throws where the program is not on the PATH. */
export function findSshd(): string {
  return findProgram({ name: 'sshd', install: 'the SSH server (Debian: openssh-server)' });
}

/** Starts one. */
export async function startSshd(): Promise<Sshd> {
  const program = findSshd();
  const directory = mkdtempSync(join(tmpdir(), 'novacron-sshd-'));
  const port = await findFreePort();
  const makeKey = (name: string): string => {
    const file = join(directory, name);
    execFileSync(findSshKeygen(), ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
    return file;
  };
  const [host, other, user] = [makeKey('host'), makeKey('other'), makeKey('user')];
  const config = join(directory, 'sshd_config');
  writeFileSync(
    config,
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${host}`,
      `AuthorizedKeysFile ${user}.pub`,
      `PidFile ${join(directory, 'pid')}`,
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'StrictModes no',
      'UsePAM no',
      'Subsystem sftp internal-sftp',
      '',
    ].join('\n'),
  );
  // Where Debian's server is without rights; its unit makes it.
  mkdirSync('/run/sshd', { recursive: true });
  const child = spawn(program, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(child, 'close');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  await waitUntil('the SSH server to listen', () => {
    if (child.exitCode !== null) throw new Error(`sshd has ended: ${log}`);
    return log.includes('Server listening') || undefined;
  });
  const lineOf = (key: string) => `[127.0.0.1]:${port} ${readFileSync(`${key}.pub`, 'utf8')}`;
  return {
    port,
    knownHost: lineOf(host),
    otherHost: lineOf(other),
    userKey: readFileSync(user, 'utf8'),
    directory,
    log: () => log,
    stop: async () => {
      child.kill();
      await closed;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
