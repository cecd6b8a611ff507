/** A backup target on an SSH server, through OpenSSH's `sftp`. */
import { spawn } from 'node:child_process';
import type { BackupTarget } from '../../../ports/backups.ts';
import type { TargetFile, TargetFiles } from './target-files.ts';

/** A file has at most some 30 MB. Unit: ms. */
const SESSION_MS_MAX = 120_000;

const CONNECT_SECONDS_MAX = 15;

/** Shown of what the program says. Unit: characters. */
const SHOWN_MAX = 400;

/** Names per session. */
const REMOVED_MAX = 500;

/** `-rw-------    1 ? ? 1234 Nov 29 16:00 NAME`. */
const LISTED = /^-\S+\s+\S+\s+\S+\s+\S+\s+(?<size>\d+)\s.*?(?<name>[^\s/]+)$/;

type Server = Extract<BackupTarget, { readonly kind: 'sftp' }>;

/** Opens the directory there; its last part is created. The host key must be known. */
export function openSftpFiles(server: Server): TargetFiles {
  const { path } = server;
  const run = (commands: readonly string[]) => runSftp(server, commands);
  return {
    put: async (name, source) => {
      const partial = `${path}/.partial-${name}`;
      await run([
        // A failure is ignored: the directory exists but for the first time.
        `-mkdir ${path}`,
        `put "${source}" ${partial}`,
        `chmod 600 ${partial}`,
        `rename ${partial} ${path}/${name}`,
      ]);
    },
    get: async (name, target) => {
      await run([`get ${path}/${name} "${target}"`]);
    },
    list: async (prefix = '') => {
      const lines = (await run([`-mkdir ${path}`, `ls -l ${path}`])).split('\n');
      return lines.flatMap((line): TargetFile[] => {
        const { name, size } = LISTED.exec(line.trim())?.groups ?? {};
        return name?.startsWith(prefix) ? [{ name, sizeBytes: Number(size) }] : [];
      });
    },
    remove: async (names) => {
      for (let at = 0; at < names.length; at += REMOVED_MAX) {
        await run(names.slice(at, at + REMOVED_MAX).map((name) => `-rm ${path}/${name}`));
      }
    },
  };
}

/** Runs one session without questions; answers what it printed. */
async function runSftp(server: Server, commands: readonly string[]): Promise<string> {
  const { user, host, port, identityFile, knownHostsFile } = server;
  const options = [
    'BatchMode=yes',
    'LogLevel=ERROR',
    'StrictHostKeyChecking=yes',
    `ConnectTimeout=${CONNECT_SECONDS_MAX}`,
    ...(identityFile === undefined ? [] : [`IdentityFile=${identityFile}`, 'IdentitiesOnly=yes']),
    ...(knownHostsFile === undefined ? [] : [`UserKnownHostsFile=${knownHostsFile}`]),
  ];
  const flags = options.flatMap((option) => ['-o', option]);
  const argv = [...flags, '-P', String(port), '-b', '-', `${user}@${host}`];
  const child = spawn('sftp', argv, { timeout: SESSION_MS_MAX });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  // A program that ends early closes its input; its exit code says why.
  child.stdin.on('error', () => {});
  child.stdin.end(`${commands.join('\n')}\n`);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`sftp failed: ${stderr.trim().slice(-SHOWN_MAX)}`);
  return stdout;
}
