/** A reader who does what a page says: one directory, one shell, one server at a time. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { type CommandStep, readPage, type Step } from './read-page.ts';

const ROOT = resolve(__dirname, '../..');
const NOVACRON = join(ROOT, 'server/cli/bin/novacron.mjs');

/** Files that `make build` writes, and without which a reader gets nowhere. */
const BUILT = ['provider/dist/terraform-provider-novacron', 'server/cli/dist/main.js'];

/** The address that pages name. Tests run side by side, so each reader gets another port. */
const ADDRESS = '127.0.0.1:7480';

/** Parts of a checkout that commands of pages name, copied: some write into them. */
const PARTS = ['examples', 'policies'];

/** The page that says how a reader comes by `novacron`; its first commands are the installation. */
const INSTALL = 'docs/how-to/install.md';

/** Time limit of a command. Unit: milliseconds. */
const COMMAND_MS_MAX = 90_000;

/** Stands in for make: `make setup` was run before the tests. */
const MAKE = '[ "$*" = setup ] || { echo "pages may only run make setup" >&2; exit 64; }';

/** What the reader has done before: nothing but the checkout, or followed the page to install. */
export type Equipment = 'checkout' | 'installed';

/** Result of following a step. */
export interface Outcome {
  readonly exitCode: number;
  /** Standard output, then standard error; colours are left out. */
  readonly output: string;
}

/** A reader who follows pages, one step after another. */
export interface Reader {
  /** The directory that stands for the root of the checkout. */
  readonly directory: string;
  /** Writes the file or runs the command; a server that it starts is ready then. */
  readonly follow: (step: Step) => Promise<Outcome>;
  readonly close: () => Promise<void>;
}

/**
 * Opens a directory as if it were a checkout, with a shell that remembers its directory and its
 * exported variables from step to step.
 */
export async function openReader(equipment: Equipment = 'installed'): Promise<Reader> {
  for (const file of BUILT) {
    if (!existsSync(join(ROOT, file))) throw new Error(`there is no ${file}: run make build`);
  }
  const home = mkdtempSync(join(tmpdir(), 'novacron-reader-'));
  const directory = join(home, 'checkout');
  const bin = join(home, 'bin');
  const commands = join(directory, 'node_modules/.bin');
  for (const folder of [bin, commands]) mkdirSync(folder, { recursive: true });
  for (const part of PARTS) cpSync(join(ROOT, part), join(directory, part), { recursive: true });
  symlinkSync(NOVACRON, join(commands, 'novacron'));
  writeFileSync(join(bin, 'make'), `#!/bin/sh\n${MAKE}\n`, { mode: 0o755 });
  const address = `127.0.0.1:${await findFreePort()}`;
  const shell = createShell({ home, directory, address, bin });
  const servers: ChildProcess[] = [];
  const adapt = (text: string) => text.replaceAll(ADDRESS, address);
  const asShown = ({ exitCode, output }: Outcome): Outcome => ({
    exitCode,
    output: output.replaceAll(address, ADDRESS),
  });
  const install = readPage(INSTALL).find((step) => step.kind === 'command');
  if (equipment === 'installed' && install !== undefined) await shell.run(install.command);
  return {
    directory,
    follow: async (step) => {
      if (step.kind === 'file') {
        const place = join(shell.directory(), step.name);
        mkdirSync(dirname(place), { recursive: true });
        writeFileSync(place, adapt(step.text));
        return { exitCode: 0, output: '' };
      }
      const command = adapt(step.command);
      if (!/^novacron server\b/m.test(command)) return asShown(await shell.run(command));
      for (const earlier of servers.splice(0)) await stop(earlier);
      const { child, output } = await shell.startServer(command);
      servers.push(child);
      return asShown({ exitCode: 0, output });
    },
    close: async () => {
      for (const server of servers) await stop(server);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function createShell(places: {
  readonly home: string;
  readonly directory: string;
  readonly address: string;
  readonly bin: string;
}) {
  const { home, directory, address, bin } = places;
  const variables = join(home, 'variables');
  const place = join(home, 'place');
  writeFileSync(variables, '');
  writeFileSync(place, directory);
  const whereIs = () => readFileSync(place, 'utf8').trim();
  // What would steer the programs from outside is left out: other servers, plugin caches.
  const own = Object.entries(process.env).filter(([name]) => !/^(TF_|NOVACRON_|XDG_)/.test(name));
  const env = {
    ...Object.fromEntries(own),
    CHECKPOINT_DISABLE: '1',
    HOME: home,
    NOVACRON_LISTEN: address,
    TF_VAR_novacron_endpoint: `http://${address}`,
    PATH: [bin, dirname(process.execPath), process.env.PATH].join(delimiter),
  };
  const wrap = (command: string) => `source '${variables}'\n${command}`;
  const remember = `trap 'export -p > "${variables}"; pwd > "${place}"' EXIT\n`;
  return {
    directory: whereIs,
    run: (command: string): Promise<Outcome> =>
      new Promise((done) => {
        const script = remember + wrap(command);
        const args = ['--norc', '-eu', '-o', 'pipefail', '-c', script];
        const options = { cwd: whereIs(), env, timeout: COMMAND_MS_MAX, maxBuffer: 1e8 };
        const child = execFile('bash', args, options, (cause, stdout, stderr) => {
          const exitCode = cause === null ? 0 : Number(cause.code ?? 1);
          done({ exitCode, output: stripVTControlCharacters(stdout + stderr) });
        });
        // Terraform asks before it applies. A command that asks nothing may have ended already.
        child.stdin?.on('error', () => undefined);
        child.stdin?.end('yes\n');
      }),
    startServer: async (command: string) => {
      const script = wrap(command.replace(/^(?=novacron server)/m, 'exec '));
      const args = ['--norc', '-eu', '-c', script];
      const child = spawn('bash', args, { cwd: whereIs(), env, stdio: ['ignore', 'pipe', 'pipe'] });
      const lines: string[] = [];
      child.stderr.on('data', (text) => lines.push(String(text)));
      for await (const line of createInterface(child.stdout)) {
        lines.push(line);
        if (line.includes(address)) {
          child.stdout.resume();
          return { child, output: lines.join('\n') };
        }
      }
      throw new Error(`the server did not start:\n${lines.join('\n')}`);
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

/** Whether the page shows that the command fails. */
export function isShownToFail({ output }: CommandStep): boolean {
  return output.some((line) => /^[│\s]*error\b/i.test(line));
}

/**
 * The lines that a page shows and a command did not print. Lines have to come in the order of the
 * page; spaces are compared as one; `…` stands for anything.
 */
export function missingLines(shown: readonly string[], output: string): readonly string[] {
  const plain = (text: string) => text.replace(/[│╷╵]/g, ' ').replace(/\s+/g, ' ').trim();
  const printed = output.split('\n').map(plain);
  let from = 0;
  return shown.filter((line) => {
    const parts = plain(line)
      .split('…')
      .map((part) => part.trim());
    if (parts.every((part) => part === '')) return false;
    const at = printed.findIndex((text, index) => index >= from && containsInOrder(text, parts));
    if (at === -1) return true;
    from = at + 1;
    return false;
  });
}

function containsInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  return parts.every((part) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    return at !== -1;
  });
}
