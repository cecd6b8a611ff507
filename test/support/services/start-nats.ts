/** A real nats-server with JetStream for tests. */
import { execFileSync } from 'node:child_process';
import { connect as connectTo } from 'node:net';
import { waitUntil } from '../src/wait-until.ts';
import { findProgram } from './find-program.ts';
import {
  findFreePort,
  makeOwnedDirectory,
  type OwnProcess,
  startOwnProcess,
} from './own-process.ts';

const findNats = () =>
  findProgram({
    name: 'nats-server',
    install: 'nats-server 2.9 or later (Debian: nats-server)',
  });

const LOOPBACK = '127.0.0.1';

/** Listening address. */
interface Place {
  readonly host: string;
  readonly port: number;
}

/** A nats-server at work. */
export interface NatsServer {
  readonly url: string;
  /** Kills it without warning. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port and data. */
  readonly restart: () => Promise<void>;
  /** Ends it and removes its directory. */
  readonly remove: () => Promise<void>;
}

/** Options of a nats-server. */
export interface NatsServerOptions {
  /** Whether it keeps messages; on unless said. */
  readonly jetstream?: 'on' | 'off';
  /** Address of this machine on which it listens; 127.0.0.1 unless said. */
  readonly address?: string;
  /** More of its arguments. */
  readonly args?: readonly string[];
}

/** Starts a nats-server on a free port. */
export async function startNats(options: NatsServerOptions = {}): Promise<NatsServer> {
  const { jetstream = 'on', address = LOOPBACK, args = [] } = options;
  const program = findNats();
  const { directory, remove } = makeOwnedDirectory('novacron-nats-', undefined);
  const port = await findFreePort();
  const keeping = jetstream === 'on' ? ['-js', '-sd', directory] : [];
  const all = ['-a', address, '-p', String(port), ...keeping, ...args];
  const start = async () => {
    const started = startOwnProcess(program, all, { directory, identity: undefined });
    await waitUntilReady(started, { host: address, port });
    return started;
  };
  let running = await start();
  return {
    url: `nats://${address}:${port}`,
    kill: () => running.kill(),
    restart: async () => {
      running = await start();
    },
    remove: async () => {
      await running.kill();
      remove();
    },
  };
}

/** Has nats-server read a configuration file; throws what it says about one that it refuses. */
export function checkNatsConfiguration(file: string): void {
  execFileSync(findNats(), ['-c', file, '-t'], { stdio: 'pipe' });
}

async function waitUntilReady(started: OwnProcess, place: Place): Promise<void> {
  const state = await waitUntil('nats-server to take connections', async () => {
    if (started.hasEnded()) return 'ended';
    return (await greets(place)) ? 'ready' : undefined;
  });
  if (state === 'ended') throw new Error(`nats-server did not start:\n${started.output()}`);
}

/** Whether a server at the place greets as nats-server does. */
function greets({ host, port }: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTo(port, host);
    const finish = (greeting: string) => {
      socket.destroy();
      resolve(greeting.startsWith('INFO '));
    };
    socket.once('data', (bytes: Buffer) => finish(bytes.toString()));
    socket.once('error', () => finish(''));
    socket.once('close', () => finish(''));
  });
}
