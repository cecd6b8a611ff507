/** A real OpenSSH server for tests, which knows one key. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../src/wait-until.ts';
import { findProgram } from './find-program.ts';
import { findFreePort, makeOwnedDirectory, startOwnProcess } from './own-process.ts';

const findSshd = () => findProgram({ name: 'sshd', install: 'OpenSSH (Debian: openssh-server)' });

/** Where Debian's sshd separates its privileges; its service makes it at the start. */
const SEPARATION_DIRECTORY = '/run/sshd';

/** An SSH server at work. */
export interface SshServer {
  readonly user: string;
  readonly host: string;
  readonly port: number;
  readonly identityFile: string;
  readonly knownHostsFile: string;
  /** A directory that its user may write. */
  readonly directory: string;
  /** Ends it and removes its directory. */
  readonly remove: () => Promise<void>;
}

/** Starts it on a free port of this machine, for the user of this process. */
export async function startSshd(): Promise<SshServer> {
  const program = findSshd();
  const { directory, remove } = makeOwnedDirectory('novacron-sshd-', undefined);
  const pathOf = (name: string) => join(directory, name);
  for (const name of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', pathOf(name)]);
  }
  const port = await findFreePort();
  writeFileSync(pathOf('authorized'), readFileSync(pathOf('user.pub')));
  chmodSync(pathOf('authorized'), 0o600);
  const hostKey = readFileSync(pathOf('host.pub'), 'utf8');
  writeFileSync(pathOf('known'), `[127.0.0.1]:${port} ${hostKey}`);
  const isRoot = userInfo().uid === 0;
  if (isRoot && !existsSync(SEPARATION_DIRECTORY)) mkdirSync(SEPARATION_DIRECTORY);
  const options = {
    ListenAddress: '127.0.0.1',
    HostKey: pathOf('host'),
    AuthorizedKeysFile: pathOf('authorized'),
    PidFile: 'none',
    UsePAM: 'no',
    StrictModes: 'no',
    PasswordAuthentication: 'no',
    Subsystem: 'sftp internal-sftp',
  };
  writeFileSync(
    pathOf('config'),
    Object.entries(options)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(''),
  );
  const args = ['-D', '-e', '-f', pathOf('config'), '-p', String(port)];
  const running = startOwnProcess(program, args, { directory, identity: undefined });
  await waitUntil('sshd to listen', () => canConnect(port));
  return {
    user: userInfo().username,
    host: '127.0.0.1',
    port,
    identityFile: pathOf('user'),
    knownHostsFile: pathOf('known'),
    directory,
    remove: async () => {
      await running.kill();
      remove();
    },
  };
}

function canConnect(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(undefined));
  });
}
