/** Several servers and agents, each a process of its own, on one PostgreSQL and one NATS. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bus } from '@novacron/bus/bus';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import { Inspection } from '@novacron/contract/agent/agent';
import { inspectSubject } from '@novacron/contract/agent/agent-subjects';
import type { Machine } from '@novacron/contract/agent/machine';
import { openPostgresStore } from '@novacron/server/adapters/store/postgres/open-postgres-store';
import type { Store } from '@novacron/server/ports/store';
import { waitUntil } from '@novacron/testing/wait-until';
import { type NatsServer, startNats } from '../../../support/services/start-nats.ts';
import { type PostgresServer, startPostgres } from '../../../support/services/start-postgres.ts';
import { launchServerProcess, type ServerProcess } from '../../test-kit/start-server-process.ts';

const PROGRAM = fileURLToPath(new URL('../../../../server/cli/bin/novacron.mjs', import.meta.url));

const SIZE = ['--cpu-cores', '64', '--memory-gb', '256', '--disk-gb', '4000'];

/** A server and the test itself have twelve at most; killed ones may have left some more. */
const CONNECTIONS_PER_SERVER = 16;

const SEALING_KEY_BYTES = 32;

const INSPECT_MS_MAX = 5_000;

/** Size of a cluster. */
export interface ClusterSize {
  readonly servers: number;
  readonly agents: number;
  /** More flags of each server. */
  readonly flags?: readonly string[];
}

/** One server, in all its lives. */
export interface ClusterServer {
  /** URL of the server; undefined while it is down. */
  readonly url: () => string | undefined;
  readonly stdout: () => string;
  /** Standard error of ended processes. */
  readonly stderr: () => string;
  readonly stderrOfThisLife: () => string;
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
}

/** One agent, in all its lives. */
export interface ClusterAgent {
  readonly node: string;
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
}

/** All of it. */
export interface Cluster {
  readonly servers: readonly ClusterServer[];
  readonly agents: readonly ClusterAgent[];
  readonly adminKey: string;
  /** Each data directory in which a server has put an admin key. */
  readonly keyFiles: () => readonly string[];
  readonly storeUrl: string;
  /** Resources shared by all servers. */
  readonly sealingKeyFile: string;
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  /** Looks past the servers. */
  readonly store: Store;
  readonly bus: Bus;
  readonly machines: () => Promise<ReadonlyMap<string, readonly Machine[]>>;
  readonly remove: () => Promise<void>;
}

/** Starts everything at the same moment: the servers find an empty database. */
export async function startCluster(size: ClusterSize): Promise<Cluster> {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-replicas-'));
  const max_connections = `${CONNECTIONS_PER_SERVER * (size.servers + 1)}`;
  const [postgres, nats] = await Promise.all([
    startPostgres({ settings: { max_connections } }),
    startNats(),
  ]);
  const url = await postgres.createDatabase();
  const dirs = Array.from({ length: size.servers }, (_, index) => join(directory, `s${index}`));
  // What one of them has sealed, all have to open.
  const sealingKey = `${randomBytes(SEALING_KEY_BYTES).toString('base64')}\n`;
  for (const dataDir of dirs) {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'sealing.key'), sealingKey, { mode: 0o600 });
  }
  const flags = ['--store', url, '--bus', nats.url, ...(size.flags ?? [])];
  const servers = dirs.map((dataDir) => makeServer(dataDir, flags));
  const agents = Array.from({ length: size.agents }, (_, index) =>
    makeAgent(`node-${index}`, { dataDir: join(directory, `a${index}`), bus: nats.url }),
  );
  const endAll = async (): Promise<void> => {
    await Promise.all([...servers, ...agents].map((each) => each.kill()));
    await Promise.all([postgres.remove(), nats.remove()]);
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  const openAll = async () => {
    await Promise.all([...servers, ...agents].map((each) => each.restart()));
    const store = await openPostgresStore({ url });
    if (!store.ok) throw new Error(store.error.detail);
    const bus = await openNatsBus({ servers: nats.url });
    if (!bus.ok) throw new Error(bus.error.detail);
    return { store: store.value, bus: bus.value };
  };
  const { store, bus } = await openAll().catch(async (cause) => {
    // What is left running would keep the test run from ending.
    await endAll();
    throw cause;
  });
  const keyFiles = () =>
    dirs.map((dir) => join(dir, 'admin.key')).filter((file) => existsSync(file));
  return {
    servers,
    agents,
    keyFiles,
    postgres,
    nats,
    storeUrl: url,
    sealingKeyFile: join(dirs[0] ?? '', 'sealing.key'),
    store,
    bus,
    adminKey: readFileSync(keyFiles()[0] ?? '', 'utf8').trim(),
    machines: async () => new Map(await inspectAll(bus, agents)),
    remove: async () => {
      await bus.close();
      await store.close();
      await endAll();
    },
  };
}

function inspectAll(bus: Bus, agents: readonly ClusterAgent[]) {
  return Promise.all(
    agents.map(async ({ node }) => {
      const answer = await bus.request(inspectSubject(node), {}, { timeoutMs: INSPECT_MS_MAX });
      if (!answer.ok) throw new Error(answer.error.detail);
      return [node, Inspection.parse(answer.value).machines] as const;
    }),
  );
}

function makeServer(dataDir: string, flags: readonly string[]): ClusterServer {
  let life: Omit<ServerProcess, 'url'> | undefined;
  let url: string | undefined;
  const said = { stdout: '', stderr: '' };
  return {
    url: () => url,
    stdout: () => said.stdout + (life?.stdout() ?? ''),
    stderr: () => said.stderr,
    stderrOfThisLife: () => life?.stderr() ?? '',
    kill: async () => {
      url = undefined;
      const ended = await life?.kill();
      life = undefined;
      said.stdout += ended?.stdout ?? '';
      said.stderr += ended?.stderr ?? '';
    },
    restart: async () => {
      const launched = launchServerProcess(dataDir, flags);
      life = launched;
      url = await launched.ready();
    },
  };
}

function makeAgent(
  node: string,
  { dataDir, bus }: { readonly dataDir: string; readonly bus: string },
): ClusterAgent {
  const place = ['--zone', `zone-${node}`, '--rack', `rack-${node}`, '--data-dir', dataDir];
  const args = [PROGRAM, 'agent', '--node', node, '--bus', bus, ...place, ...SIZE];
  let child: ChildProcess | undefined;
  return {
    node,
    kill: async () => {
      const last = child;
      child = undefined;
      if (last === undefined || last.exitCode !== null) return;
      last.kill('SIGKILL');
      await once(last, 'close');
    },
    restart: async () => {
      const { PATH = '', HOME = '' } = process.env;
      const started = spawn(process.execPath, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH, HOME },
      });
      child = started;
      let said = '';
      const listen = (text: string): void => {
        said += text;
      };
      started.stdout.setEncoding('utf8').on('data', listen);
      started.stderr.setEncoding('utf8').on('data', listen);
      await waitUntil(
        `the agent of ${node}: ${said}`,
        () => said.includes('is ready') || undefined,
      );
    },
  };
}
