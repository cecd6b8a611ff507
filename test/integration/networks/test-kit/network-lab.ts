/**
 * Hosts, guests and a network between them, made of network namespaces. Everything has a name of
 * its own, and nothing is left when it is removed, also where a test has failed.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { NetworkPrograms } from '../../../../server/agent/src/drivers/qemu/network/network-programs.ts';
import { findNetworkPrograms } from '../../../support/services/find-network-programs.ts';

/** Suites that use the lab need all of them. */
const { ip: IP } = findNetworkPrograms();

const GUEST = fileURLToPath(new URL('namespace-guest.mjs', import.meta.url));

/** Ports on which guests answer TCP and UDP. */
const GUEST_PORTS = [22, 443] as const;

/** A packet that a guest tries to send. */
export interface Attempt {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly address: string;
  readonly port: number | null;
  readonly timeoutMs: number;
}

/** A guest that answers and sends. */
export interface NamespaceGuest {
  readonly namespace: string;
  /** Whether an answer came back. */
  readonly reaches: (attempt: Attempt) => Promise<boolean>;
  /** The addresses that a DNS server has for a name. */
  readonly resolves: (name: string, server: string) => Promise<readonly string[]>;
}

/** Connection of a guest and its addresses. */
export interface GuestPlace {
  /** Namespace of its host. */
  readonly host: string;
  /** Name of the link on the host. */
  readonly link: string;
  readonly mac: string;
  /** With the length of the prefix. */
  readonly address: string;
  readonly gateway: string;
}

/** A lab. */
export interface NetworkLab {
  readonly directory: string;
  /** Makes a namespace; its name is short and its own. */
  readonly addNamespace: () => string;
  /** Runs `ip` in a namespace. */
  readonly ip: (namespace: string, ...args: readonly string[]) => string;
  /** Runs a program in a namespace. @returns what it has written */
  readonly runIn: (namespace: string, program: string, ...args: readonly string[]) => string;
  /** Connects two namespaces. */
  readonly addLink: (from: readonly [string, string], to: readonly [string, string]) => void;
  /**
   * Connects a link of a namespace with this machine itself.
   * @param address - of this machine on the connection, with the length of the prefix
   */
  readonly addOwnLink: (to: readonly [string, string], address: string) => void;
  /** Words that run the program behind them in a namespace, with the same process id. */
  readonly wordsOf: (namespace: string) => readonly string[];
  /** Programs that do their work in a namespace. */
  readonly programsIn: (namespace: string) => NetworkPrograms;
  /** A program that runs another one in a namespace. */
  readonly programIn: (namespace: string, program: string) => string;
  /** Starts a guest, and waits until it answers. */
  readonly addGuest: (place: GuestPlace) => Promise<NamespaceGuest>;
  /** The programs whose command line names the lab's directory. */
  readonly processes: () => readonly number[];
  readonly remove: () => void;
}

/** Makes an empty lab. */
export function makeNetworkLab(): NetworkLab {
  const directory = mkdtempSync(join(tmpdir(), 'nlab-'));
  const namespaces: string[] = [];
  const guests: ChildProcess[] = [];

  const ip = (namespace: string, ...args: readonly string[]): string =>
    execFileSync(IP, ['-n', namespace, ...args], { encoding: 'utf8', stdio: 'pipe' });

  function addNamespace(): string {
    const name = `nlab-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
    execFileSync(IP, ['netns', 'add', name]);
    namespaces.push(name);
    ip(name, 'link', 'set', 'lo', 'up');
    return name;
  }

  function programIn(namespace: string, program: string): string {
    const folder = join(directory, namespace);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, program);
    writeFileSync(file, `#!/bin/sh\nexec ip netns exec ${namespace} ${program} "$@"\n`);
    chmodSync(file, 0o700);
    return file;
  }

  function addLink(
    [from, fromName]: readonly [string, string],
    [to, toName]: readonly [string, string],
  ): void {
    const pair = ['type', 'veth', 'peer', 'name', toName, 'netns', to];
    ip(from, 'link', 'add', 'name', fromName, ...pair);
    ip(from, 'link', 'set', 'dev', fromName, 'up');
    ip(to, 'link', 'set', 'dev', toName, 'up');
  }

  /** It goes with the namespace at its other end. */
  function addOwnLink([to, toName]: readonly [string, string], address: string): void {
    const name = `nlab${Math.random().toString(36).slice(2, 10)}`;
    const pair = ['type', 'veth', 'peer', 'name', toName, 'netns', to];
    execFileSync(IP, ['link', 'add', 'name', name, ...pair]);
    execFileSync(IP, ['address', 'add', address, 'dev', name]);
    execFileSync(IP, ['link', 'set', 'dev', name, 'up']);
    ip(to, 'link', 'set', 'dev', toName, 'up');
  }

  const processes = (): readonly number[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && commandLineOf(name).includes(`${directory}/`))
      .map(Number);

  function remove(): void {
    for (const guest of guests.splice(0)) guest.kill('SIGKILL');
    for (const pid of processes()) endProcess(pid);
    for (const name of namespaces.splice(0)) execFileSync(IP, ['netns', 'delete', name]);
    rmSync(directory, { recursive: true, force: true });
    process.off('exit', remove);
  }
  process.once('exit', remove);

  return {
    directory,
    addNamespace,
    ip,
    runIn: (namespace, ...words) =>
      execFileSync(IP, ['netns', 'exec', namespace, ...words], { encoding: 'utf8' }),
    addLink,
    addOwnLink,
    wordsOf: (namespace) => [IP, 'netns', 'exec', namespace],
    programIn,
    programsIn: (namespace) => ({
      ip: programIn(namespace, 'ip'),
      bridge: programIn(namespace, 'bridge'),
      nft: programIn(namespace, 'nft'),
      dnsmasq: programIn(namespace, 'dnsmasq'),
      sysctl: programIn(namespace, 'sysctl'),
    }),
    addGuest: async ({ host, link, mac, address, gateway }) => {
      const namespace = addNamespace();
      addLink([host, link], [namespace, 'eth0']);
      ip(namespace, 'link', 'set', 'dev', 'eth0', 'address', mac);
      // Whether an IPv6 address is free cannot be known before the host connects the link.
      const options = address.includes(':') ? ['nodad'] : [];
      ip(namespace, 'address', 'add', address, 'dev', 'eth0', ...options);
      ip(namespace, 'route', 'add', 'default', 'via', gateway);
      const [own = ''] = address.split('/');
      const started = startGuest(namespace, own);
      guests.push(started.child);
      await started.ready;
      return { namespace, reaches: started.reaches, resolves: started.resolves };
    },
    processes,
    remove,
  };
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

interface Answer {
  readonly reached?: boolean;
  readonly addresses?: readonly string[];
}

function startGuest(namespace: string, address: string) {
  const ports = GUEST_PORTS.map(String);
  const args = ['netns', 'exec', namespace, process.execPath, GUEST, address, ...ports];
  const child = spawn(IP, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map<string, (answer: Answer) => void>();
  const answerOf = (id: string) =>
    new Promise<Answer>((resolve, reject) => {
      waiting.set(id, resolve);
      child.once('close', () => reject(new Error(`the guest ${address} has ended`)));
    });
  child.setMaxListeners(0);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line);
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let count = 0;
  const ask = (request: object): Promise<Answer> => {
    count += 1;
    const id = String(count);
    const answer = answerOf(id);
    child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    return answer;
  };
  return {
    child,
    ready: answerOf('ready'),
    reaches: async (attempt: Attempt): Promise<boolean> =>
      (await ask({ ...attempt })).reached === true,
    resolves: async (name: string, server: string): Promise<readonly string[]> =>
      (await ask({ protocol: 'dns', name, address: server })).addresses ?? [],
  };
}
