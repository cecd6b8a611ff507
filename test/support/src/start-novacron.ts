/** Starts a whole NovaCron inside this process, for tests of what is built on it. */
import { readFileSync, rmSync } from 'node:fs';
import { type Client, createClient } from '@novacron/contract/client/client';
import { OPERATION_STATUSES_FINAL, type Operation } from '@novacron/contract/operation/operation';
import type {
  InputOf,
  OperationName,
  OutputOf,
} from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { readConfig, type ServerConfig } from '@novacron/server/config';
import { type RunningServer, startServer } from '@novacron/server/main';
import { type CallOptions, createHttpCarrier } from './http-carrier.ts';
import { makeDataDirectory } from './memory-disk.ts';

/** Start options; every option has a default. */
export interface NovacronOptions {
  /** The simulated fleet: 12 nodes in 3 zones and 6 racks unless said. */
  readonly fleet?: ServerConfig['fleet'];
  /** Data directory; by default a temporary directory that `stop` removes. */
  readonly dataDir?: string;
  /** Location of the store, in the format of `novacron server --store`; embedded by default. */
  readonly store?: string;
  /** Size at which the store is full. Unit: MiB. */
  readonly storeSizeMibMax?: number;
  /** For how many lost nodes room is kept free; none unless said. */
  readonly failoverNodes?: number;
  /** File of queries to a Prometheus; none is asked unless said. */
  readonly metricQueries?: string;
  /** File of the Vault that has values of secrets; none by default. */
  readonly vault?: string;
}

/** A NovaCron at work. */
export interface RunningNovacron {
  /** URL on a free port of the loopback interface, for clients and providers under test. */
  readonly url: string;
  readonly adminKey: string;
  readonly dataDir: string;
  /** Calls an operation over HTTP, with the admin's key unless the options say another one. */
  readonly call: Client<CallOptions>['call'];
  /** Calls an operation; a problem fails the test with its text. */
  readonly expectOk: <Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
    options?: CallOptions,
  ) => Promise<OutputOf<Name>>;
  /** Waits until an operation has ended, well or not. */
  readonly waitFor: (operationId: Operation['id']) => Promise<Operation>;
  /** The hypervisors behind it: faults on demand, and agents that die and come back. */
  readonly fleet: RunningServer['fleet'];
  readonly stop: () => Promise<void>;
}

/** Longest wait for one answer of `operation.wait`. */
const WAIT_MS = 10_000;

/**
 * Starts a server on a free port, with a simulated fleet in the same process.
 * @example
 * const novacron = await startNovacron();
 * const network = { name: 'front', cidr: '10.0.0.0/16' };
 * const { resource } = await novacron.expectOk('network.create', network);
 * await novacron.stop();
 */
export async function startNovacron(options: NovacronOptions = {}): Promise<RunningNovacron> {
  const place = choosePlace(options.dataDir);
  const config = configOf(place.dataDir, options);
  const started = await startServer(config, SILENT);
  if (!started.ok) {
    place.remove();
    throw new Error(`NovaCron does not start: ${wordsOf(started.error)}`);
  }
  const server = started.value;
  const adminKey = server.firstKey ?? readFileSync(server.adminKeyFile, 'utf8').trim();
  const { call } = createClient(createHttpCarrier(server.url, adminKey));
  const expectOk: RunningNovacron['expectOk'] = async (name, input, callOptions) => {
    const answer = await call(name, input, callOptions);
    if (!answer.ok) throw new Error(`${name} was refused: ${wordsOf(answer.error)}`);
    return answer.value;
  };
  return {
    url: server.url,
    adminKey,
    dataDir: place.dataDir,
    call,
    expectOk,
    waitFor: (operationId) => waitFor(expectOk, operationId),
    fleet: server.fleet,
    stop: async () => {
      await server.stop();
      place.remove();
    },
  };
}

async function waitFor(
  expectOk: RunningNovacron['expectOk'],
  id: Operation['id'],
): Promise<Operation> {
  for (;;) {
    const found = await expectOk('operation.wait', { id, timeout_ms: WAIT_MS });
    if (OPERATION_STATUSES_FINAL.includes(found.status)) return found;
  }
}

function configOf(dataDir: string, options: NovacronOptions): ServerConfig {
  const flags = ['--data-dir', dataDir, '--listen', '127.0.0.1:0'];
  if (options.store !== undefined) flags.push('--store', options.store);
  const { failoverNodes } = options;
  if (failoverNodes !== undefined) flags.push('--failover-nodes', `${failoverNodes}`);
  const { metricQueries } = options;
  if (metricQueries !== undefined) flags.push('--metric-queries', metricQueries);
  if (options.vault !== undefined) flags.push('--vault', options.vault);
  const request = readConfig(flags, {});
  if (!request.ok || request.value.kind !== 'start') throw new Error('the flags are not valid');
  const { config } = request.value;
  return {
    ...config,
    fleet: options.fleet ?? config.fleet,
    storeSizeMibMax: options.storeSizeMibMax,
  };
}

function choosePlace(dataDir: string | undefined) {
  if (dataDir !== undefined) return { dataDir, remove: () => undefined };
  const made = makeDataDirectory('novacron-');
  return { dataDir: made, remove: () => rmSync(made, { recursive: true, force: true }) };
}

function wordsOf({ code, detail, remedy }: Problem): string {
  return `${code}: ${detail} ${remedy}`;
}

const ignore = (): void => undefined;

const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };
