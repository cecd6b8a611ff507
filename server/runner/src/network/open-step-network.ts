/**
 * The network of a step that names hosts: a namespace whose only interface is its own loopback, on
 * which the addresses of these hosts and nothing else are. What the step connects to is accepted
 * by the runner, which checks the address again and connects to it itself. So no packet of a step
 * leaves its namespace, and the host needs no rules, no forwarding and no address for it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { promises as dns } from 'node:dns';
import { connect, Server, type Socket } from 'node:net';
import {
  contains,
  type NetworkHost,
  readAddress,
  writeAddress,
} from '@novacron/contract/automation/network-host';
import { REFUSED_IPV4 } from '@novacron/contract/formats/refused-addresses';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { SCRIPT_ENVIRONMENT } from '../isolation/isolate.ts';

/** Most connections of one step at the same time. */
const CONNECTIONS_MAX = 256;

/** Time limit for establishing a connection. Unit: ms. */
const CONNECT_MS_MAX = 10_000;

/** Longest text of why a network could not be made. Unit: characters. */
const REASON_LENGTH_MAX = 512;

const LOOPBACK = { address: 127 << 24, bits: 8 };

/** The network of one step. */
export interface StepNetwork {
  /** The namespace, as a path. */
  readonly path: string;
  /** Lines for `/etc/hosts`. */
  readonly hostLines: string;
  /** Ends its connections, and the namespace with the last process in it. */
  readonly close: () => void;
}

/** Resolves a name to IPv4 addresses. Rejects where it has none. */
export type ResolveHost = (name: string) => Promise<readonly string[]>;

const resolveHost: ResolveHost = async (name) => {
  const found = await dns.lookup(name, { family: 4, all: true });
  return found.map(({ address }) => address);
};

/** A range of addresses that a step may reach at one port. */
interface Reachable {
  readonly address: number;
  readonly bits: number;
  readonly port: number;
}

/**
 * Opens it.
 * @param hosts - what the step names
 * @param rules - what the runner allows: a loopback address only where a rule has it as an address
 * @returns why it could not be made, or which host it may not have
 */
export async function openStepNetwork(
  hosts: readonly NetworkHost[],
  rules: readonly NetworkHost[],
  resolve: ResolveHost = resolveHost,
): Promise<Result<StepNetwork, string>> {
  const found = await reachableOf(hosts, rules, resolve);
  if (!found.ok) return found;
  const { reachable, hostLines } = found.value;
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const faultAt = (address: number) => faultOf(address, rules);
  const opened = await openNamespace(reachable, (server) => {
    servers.push(server);
    server.on('connection', (socket) => carry(socket, { reachable, faultAt, sockets }));
    server.on('error', () => {});
  });
  const end = (): void => {
    for (const server of servers) server.close();
    for (const socket of sockets) socket.destroy();
  };
  if (!opened.ok) {
    end();
    return opened;
  }
  const { child } = opened.value;
  return ok({
    path: `/proc/${child.pid}/ns/net`,
    hostLines,
    close: () => {
      end();
      child.kill('SIGKILL');
    },
  });
}

async function reachableOf(
  hosts: readonly NetworkHost[],
  rules: readonly NetworkHost[],
  resolve: ResolveHost,
): Promise<Result<{ readonly reachable: Reachable[]; readonly hostLines: string }, string>> {
  const reachable: Reachable[] = [];
  const lines: string[] = [];
  for (const host of hosts) {
    const { port } = host;
    if (port === null) continue;
    if (host.kind === 'network') {
      const { address, bits } = host;
      const fault = bits === 32 ? faultOf(address, rules) : undefined;
      if (fault !== undefined) return err(`${writeAddress(address)} is ${fault}`);
      reachable.push({ address, bits, port });
      continue;
    }
    const { name } = host;
    const addresses = await resolve(name).catch(() => []);
    if (addresses.length === 0) return err(`${name} has no IPv4 address`);
    for (const text of addresses) {
      const address = readAddress(text);
      const fault = address === undefined ? 'not an address' : faultOf(address, rules);
      if (address === undefined || fault !== undefined) return err(`${name} stands for ${fault}`);
      reachable.push({ address, bits: 32, port });
      lines.push(`${text} ${name}\n`);
    }
  }
  return ok({ reachable, hostLines: [...new Set(lines)].join('') });
}

/** Returns the fault of an address, in words that follow "it is". */
function faultOf(address: number, rules: readonly NetworkHost[]): string | undefined {
  const isNever = REFUSED_IPV4.some(([base, bits]) =>
    contains({ address: readAddress(base) ?? 0, bits }, address),
  );
  if (isNever) return 'a link-local, metadata or special address';
  if (!contains(LOOPBACK, address)) return undefined;
  const isNamed = rules.some(
    (rule) =>
      rule.kind === 'network' && contains(LOOPBACK, rule.address) && contains(rule, address),
  );
  return isNamed ? undefined : 'an address of this machine';
}

/** Connects to where a step has connected to, if it may. */
function carry(
  socket: Socket,
  of: {
    readonly reachable: readonly Reachable[];
    readonly faultAt: (address: number) => string | undefined;
    readonly sockets: Set<Socket>;
  },
): void {
  const { reachable, faultAt, sockets } = of;
  socket.on('error', () => {});
  // A step that has sent all that it has may still read.
  socket.allowHalfOpen = true;
  const address = readAddress(socket.localAddress ?? '');
  const port = socket.localPort;
  const isReachable =
    address !== undefined &&
    faultAt(address) === undefined &&
    reachable.some((each) => each.port === port && contains(each, address));
  if (!isReachable || port === undefined || sockets.size >= 2 * CONNECTIONS_MAX) {
    socket.resetAndDestroy();
    return;
  }
  const other = connect({ host: writeAddress(address), port, allowHalfOpen: true });
  other.setTimeout(CONNECT_MS_MAX, () => other.destroy());
  other.once('connect', () => other.setTimeout(0));
  other.on('error', () => socket.resetAndDestroy());
  for (const [each, peer] of [
    [socket, other],
    [other, socket],
  ] as const) {
    sockets.add(each);
    each.on('close', () => {
      sockets.delete(each);
      peer.destroy();
    });
    each.pipe(peer);
  }
}

/**
 * Makes the namespace, with a process that keeps it, and listens in it. The kernel kills that
 * process with the runner. Its words are the ports, and the ranges of addresses.
 */
const KEEPER = `set -eu
ip link set lo up
for range in $2; do ip route replace local "$range" dev lo; done
"$3" -e "$4" "$1"
exec sleep infinity
`;

/** Listens, and gives what listens to the runner. */
const LISTENER = `
const { createServer } = require('node:net');
const ports = process.argv[1].split(' ').filter(Boolean).map(Number);
const fail = (error) => { console.error(error.message); process.exit(1); };
let left = ports.length;
for (const port of ports) {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: false });
  server.on('error', fail);
  server.listen(port, '0.0.0.0', () => process.send({ port }, server, (error) => {
    if (error) fail(error);
    left -= 1;
    if (left === 0) process.send({ done: true });
  }));
}
if (left === 0) process.send({ done: true });
process.on('message', () => process.exit(0));
`;

const Done = z.object({ done: z.literal(true) });

function openNamespace(
  reachable: readonly Reachable[],
  onServer: (server: Server) => void,
): Promise<Result<{ readonly child: ChildProcess }, string>> {
  const ports = [...new Set(reachable.map(({ port }) => port))].join(' ');
  const ranges = reachable
    .filter((each) => !contains(LOOPBACK, each.address))
    .map(({ address, bits }) => `${writeAddress(address)}/${bits}`);
  const words = [ports, [...new Set(ranges)].join(' '), process.execPath, LISTENER];
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'unshare', '--net', 'sh', '-c', KEEPER, 'sh', ...words],
    { cwd: '/', env: SCRIPT_ENVIRONMENT, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
  );
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-REASON_LENGTH_MAX);
  });
  return new Promise((resolve) => {
    const fail = (why: string): void => {
      child.kill('SIGKILL');
      const help = 'install iproute2 and util-linux, and run as root';
      resolve(err(`its network could not be made (${help}): ${why.trim()}`));
    };
    child.once('error', ({ message }) => fail(message));
    child.once('exit', () => fail(said));
    child.on('message', (message, handle) => {
      if (handle instanceof Server) onServer(handle);
      if (!Done.safeParse(message).success) return;
      child.send('bye', () => {});
      child.removeAllListeners('exit');
      resolve(ok({ child }));
    });
  });
}
