/** Git with an environment of its own: no configuration of the host, no hooks, one credential. */

import { readdirSync, statSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from '@novacron/contract/gitops/repository';
import { ok, type Result } from '@novacron/contract/result';
import { type Refusal, refuse } from '../step/refusal.ts';
import { type ProgramEnd, type ProgramRun, runProgram } from '../step/run-program.ts';
import type { StepContext } from '../step/step-context.ts';

/** An empty repository that commits are fetched into. */
export interface Git {
  /** Runs Git without the network, or GnuPG with the keyring that Git uses. */
  readonly run: (
    args: readonly string[],
    options?: Partial<Pick<ProgramRun, 'stdin' | 'program'>>,
  ) => Promise<ProgramEnd>;
  /**
   * Runs a command that talks to the server.
   * @returns its output; refused: what takes too long or is too large
   */
  readonly reach: (args: readonly string[]) => Promise<Result<string, Refusal>>;
}

/**
 * What is fetched is in memory, beside the artifact that is made of it; a runner gives a step
 * 256 MiB unless it is configured otherwise. Unit: bytes.
 */
const FETCH_BYTES_MAX = 128 * 2 ** 20;

const FETCH_MS_MAX = 300_000;
const RUN_MS_MAX = 120_000;
const OUTPUT_BYTES_MAX = 64 * 2 ** 20;

/** How often the size of what has been fetched is looked at. Unit: ms. */
const LOOK_MS = 100;

/**
 * Opens it.
 * @param bytesMax - most that may be fetched
 * @returns refused: a credential that is missing or cannot be read
 */
export async function openGit(
  context: StepContext,
  address: Repository,
  { bytesMax = FETCH_BYTES_MAX }: { readonly bytesMax?: number } = {},
): Promise<Result<Git, Refusal>> {
  const home = join(context.directory, 'git');
  const gitDir = join(home, 'repository');
  await mkdir(join(home, 'gnupg'), { recursive: true, mode: 0o700 });
  const access = await openAccess(context, address, home);
  if (!access.ok) return access;
  const config = join(home, 'config');
  await writeFile(config, formatConfig([...SETTINGS, ...access.value.settings]));
  const env = {
    PATH: context.env.PATH ?? '/usr/bin:/bin',
    LC_ALL: 'C.UTF-8',
    HOME: home,
    GNUPGHOME: join(home, 'gnupg'),
    GIT_DIR: gitDir,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: config,
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    GIT_ALLOW_PROTOCOL: address.protocol,
    ...access.value.env,
  };
  const common = { program: 'git', cwd: home, env };
  const run: Git['run'] = (args, options = {}) =>
    runProgram({
      ...common,
      args,
      timeoutMs: RUN_MS_MAX,
      outputBytesMax: OUTPUT_BYTES_MAX,
      killSignal: context.signal,
      ...options,
    });
  const made = await run(['init', '--quiet', '--bare', '--template=', gitDir]);
  if (made.code !== 0) return refuse(`Git cannot make a repository: ${made.stderr}`);
  const reach: Git['reach'] = async (args) => {
    const stop = new AbortController();
    const look = setInterval(() => {
      if (sizeOf(gitDir) > bytesMax) stop.abort();
    }, LOOK_MS);
    const killSignal = AbortSignal.any([stop.signal, context.signal]);
    const limits = { timeoutMs: FETCH_MS_MAX, outputBytesMax: OUTPUT_BYTES_MAX };
    const ended = await runProgram({ ...common, ...limits, args, killSignal });
    clearInterval(look);
    const bytes = sizeOf(gitDir);
    if (bytes <= bytesMax) return outcomeOf(ended, address);
    return refuse(
      `${address.url} is too large: the fetch was stopped after ${mibOf(bytes)} MiB, and the ` +
        `limit is ${mibOf(bytesMax)} MiB. Keep large files out of this repository.`,
    );
  };
  return ok({ run, reach });
}

/** A setting of Git. */
type GitSetting = readonly [section: string, name: string, value: string];

/** The empty credential helper removes those before it. */
const SETTINGS: readonly GitSetting[] = [
  ['core', 'hooksPath', '/dev/null'],
  ['core', 'bigFileThreshold', '1m'],
  ['credential', 'helper', ''],
  ['fetch', 'recurseSubmodules', 'false'],
  ['gc', 'auto', '0'],
  ['gpg', 'minTrustLevel', 'fully'],
  ['http', 'followRedirects', 'false'],
  ['http', 'lowSpeedLimit', '1000'],
  ['http', 'lowSpeedTime', '30'],
  ['maintenance', 'auto', 'false'],
  ['protocol', 'version', '2'],
  ['submodule', 'recurse', 'false'],
];

function formatConfig(settings: readonly GitSetting[]): string {
  return settings
    .map(([section, name, value]) => `[${section}]\n  ${name} = ${JSON.stringify(value)}\n`)
    .join('');
}

/** What the protocol needs to sign in. */
interface Access {
  readonly settings: readonly GitSetting[];
  readonly env: Readonly<Record<string, string>>;
}

const NO_ACCESS: Access = { settings: [], env: {} };

/** Hands over the credential, which stays in its file; a shell of Git runs it. */
const HELPER =
  '!f() { test "$1" = get || exit 0; ' +
  'IFS= read -r secret <"$GIT_CREDENTIAL" || test -n "$secret"; ' +
  'printf "username=%s\\npassword=%s\\n" "$GIT_CREDENTIAL_USER" "$secret"; }; f';

async function openAccess(
  { settings, env }: StepContext,
  address: Repository,
  home: string,
): Promise<Result<Access, Refusal>> {
  const { GIT_CREDENTIAL: path = '' } = env;
  if (address.protocol === 'ssh') return openSsh({ knownHosts: settings.known_hosts, path }, home);
  // A repository of this host belongs to another user than that of the step.
  const local: GitSetting = ['safe', 'directory', '*'];
  if (address.protocol === 'file') return ok({ ...NO_ACCESS, settings: [local] });
  if (path === '') return ok(NO_ACCESS);
  // Other hosts are not asked for one: the helper is for this address alone.
  const section = `credential ${JSON.stringify(new URL(address.url).origin)}`;
  const user = address.user ?? 'git';
  return ok({
    settings: [[section, 'helper', HELPER]],
    env: { GIT_CREDENTIAL: path, GIT_CREDENTIAL_USER: user },
  });
}

async function openSsh(
  { knownHosts = '', path }: { readonly knownHosts: string | undefined; readonly path: string },
  home: string,
): Promise<Result<Access, Refusal>> {
  if (knownHosts.trim() === '') {
    return refuse(
      'SSH needs known_hosts: the keys of the server, as `ssh-keyscan` prints them. Compare them ' +
        'with those that the server publishes.',
    );
  }
  const key = path === '' ? '' : await readFile(path, 'utf8').catch(() => '');
  if (key.trim() === '') return refuse('SSH needs the secret GIT_CREDENTIAL: a private key.');
  const [hostsFile, keyFile] = [join(home, 'known_hosts'), join(home, 'key')];
  await writeFile(hostsFile, `${knownHosts.trimEnd()}\n`);
  // OpenSSH refuses a key without a line break at its end.
  await writeFile(keyFile, `${key.trimEnd()}\n`, { mode: 0o600 });
  await chmod(keyFile, 0o600);
  const options = [
    'BatchMode=yes',
    'ConnectTimeout=20',
    'GlobalKnownHostsFile=/dev/null',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'PreferredAuthentications=publickey',
    'StrictHostKeyChecking=yes',
    'UpdateHostKeys=no',
    `UserKnownHostsFile=${hostsFile}`,
  ];
  const flags = options.map((option) => `-o ${option}`).join(' ');
  const command = `ssh -F /dev/null -i ${keyFile} ${flags}`;
  return ok({ settings: [], env: { GIT_SSH_COMMAND: command, GIT_SSH_VARIANT: 'ssh' } });
}

function outcomeOf({ code, endedBy, stdout, stderr }: ProgramEnd, { url }: Repository) {
  if (code === 0) return ok(stdout.toString('utf8'));
  if (endedBy === 'time') return refuse(`${url} took longer than ${FETCH_MS_MAX / 1000} s.`);
  if (endedBy === 'missing') return refuse(`Git is not installed where steps run: ${stderr}`);
  if (endedBy === 'killed') return refuse(`Fetching ${url} was interrupted.`);
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return refuse(`Git cannot fetch ${url}: ${explain(lines)}`);
}

/** Words of Git that need an explanation, and what to do. */
const EXPLANATIONS: readonly (readonly [RegExp, string])[] = [
  [/error: 30[1278]|redirect/i, 'the server redirects to another address; use that one.'],
  [/could not read (Username|Password)|Authentication failed|error: 40[13]/, 'access is denied.'],
  [/Host key verification failed/, "the server's key is not in known_hosts."],
  [/Permission denied/, 'the private key is not accepted.'],
  [
    /certificate verif|certificate problem/i,
    "the runner's host does not trust the server's certificate: add its CA to that host.",
  ],
  [/No space left on device/, 'the work directory of the step is full.'],
  [/not our ref|couldn't find remote ref/, 'the commit is not there.'],
];

function explain(lines: readonly string[]): string {
  const found = EXPLANATIONS.find(([form]) => lines.some((line) => form.test(line)));
  const said = lines.slice(-3).join(' ');
  return found === undefined ? said : `${found[1]} (${said})`;
}

/** Size of all files of a directory; they may disappear meanwhile. Unit: bytes. */
function sizeOf(directory: string): number {
  try {
    return readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return sum + sizeOf(path);
      return sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
    }, 0);
  } catch {
    return 0;
  }
}

function mibOf(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
