/**
 * The dnsmasq of each network: recognized by the configuration file on its command line, so that an
 * agent finds it again without a record of its own.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFile, remove } from '../files/directories.ts';
import { listProcesses } from '../files/host-processes.ts';
import { runHostProgram } from '../files/run-host-program.ts';
import type { Launcher } from '../launch/launcher.ts';

/** Dependencies for managing the processes. */
export interface DnsmasqParts {
  readonly program: string;
  /** Directory of the configuration files; other nodes have others. */
  readonly directory: string;
  readonly launcher: Launcher;
  /** Ends a process and waits for its end. */
  readonly endProcess: (pid: number) => Promise<void>;
}

/** dnsmasq reads its configuration before it gives up its privileges. */
const DIRECTORY_MODE = 0o700;
const FILE = /^[a-z0-9]+\.conf$/;

/**
 * Makes the processes those of the configurations: starts what does not run, starts again what has
 * changed, and ends the rest. Rejects with a `retry` trouble where dnsmasq does not start.
 * @param configs - text of the configuration file by the tag of the network
 */
export async function syncDnsmasq(
  parts: DnsmasqParts,
  configs: ReadonlyMap<string, string>,
): Promise<void> {
  const { directory } = parts;
  mkdirSync(directory, { recursive: true, mode: DIRECTORY_MODE });
  const files = readdirSync(directory).filter((name) => FILE.test(name));
  for (const name of files) {
    if (configs.has(name.slice(0, -'.conf'.length))) continue;
    await end(parts, join(directory, name));
    remove(join(directory, name));
  }
  for (const [tag, config] of configs) await keep(parts, tag, config);
}

async function keep(parts: DnsmasqParts, tag: string, config: string): Promise<void> {
  const file = join(parts.directory, `${tag}.conf`);
  const isSame = isFile(file) && readFileSync(file, 'utf8') === config;
  if (isSame && findProcesses(file).length > 0) return;
  await end(parts, file);
  writeFileSync(file, config, { mode: 0o600 });
  const { program, args } = parts.launcher.commandOf({
    name: `dns_${tag}`,
    program: parts.program,
    args: [argumentFor(file), '--pid-file='],
  });
  await runHostProgram(program, args);
}

async function end({ endProcess }: DnsmasqParts, file: string): Promise<void> {
  for (const pid of findProcesses(file)) await endProcess(pid);
}

const argumentFor = (file: string): string => `--conf-file=${file}`;

function findProcesses(file: string): readonly number[] {
  const argument = argumentFor(file);
  return listProcesses()
    .filter(({ words }) => words.includes(argument))
    .map(({ pid }) => pid);
}
