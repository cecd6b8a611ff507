/**
 * A world in which things fail: the real server and agents, hosts with power, clocks and
 * controllers, and what is true of them. Time in which nothing happens is skipped.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import { ISOLATION_LEASE_MS_MIN } from '@novacron/contract/agent/agent-announcement';
import type { InputOf, OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { makeRng } from '@novacron/engine/rng';
import type { Logger } from '@novacron/runtime/logger';
import { openSqliteStore } from '@novacron/server/adapters/store/sqlite/open-sqlite-store';
import { beginRequest } from '@novacron/server/app/kernel/context/call-context';
import { EVENT_SUBJECT } from '@novacron/server/app/kernel/events/relay-events';
import type { Store } from '@novacron/server/ports/store';
import { dispatch } from '@novacron/server/transports/dispatch/dispatch';
import { makeDataDirectory } from '@novacron/testing/memory-disk';
import { type Chance, makeChance } from '../world/chance.ts';
import { createKernel, type Kernel } from '../world/kernel.ts';
import { openSimulatedBus, type Weather } from '../world/simulated-bus.ts';
import { createDisk } from '../world/simulated-disk.ts';
import { type SimulatedServer, startServer } from '../world/simulated-server.ts';
import { openTrace, type Trace } from '../world/trace.ts';
import { withEarlyUndo, withoutDriftBound } from './break-safety.ts';
import { createFenceDevices } from './fence-devices.ts';
import type { Host } from './host.ts';
import { type Hosts, startHosts } from './hosts.ts';
import { createPoolHeartbeats, type PoolHeartbeats } from './pool-heartbeats.ts';
import { type Served, type Service, watchService } from './service.ts';
import { createStorageFences } from './storage-fences.ts';

/** A fault of the product, put in to see whether the checks notice it. */
export type HealingMutant =
  | 'no-fence'
  | 'no-drift-bound'
  | 'agent-starts-machines'
  | 'undo-activates-source'
  | 'old-heartbeats';

/**
 * Means that prevents a lost node from running its VMs: power controllers, the storage, or the node
 * itself.
 */
export type FenceLevel = 'power' | 'storage' | 'time';

/** Future events, on a calendar that skipped time does not shift. */
export interface Agenda {
  readonly at: (atMs: number, act: () => Promise<void>) => void;
  readonly nextMs: () => number;
  /** Does what is due. */
  readonly run: () => Promise<void>;
}

/** A world at work. */
export interface HealingWorld {
  readonly kernel: Kernel;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly store: Store;
  readonly server: SimulatedServer;
  readonly hosts: Hosts;
  readonly service: Service;
  readonly heartbeats: PoolHeartbeats;
  readonly weather: Weather & { readonly pausedUntilMs: Map<string, number> };
  readonly agenda: Agenda;
  /** The members of the one VM group; the array is replaced when they change. */
  readonly groupMembers: () => readonly string[];
  /** Looks again who they are. */
  readonly followGroup: () => Promise<void>;
  /** Sets the downtime of the next server that dies. Unit: ms. */
  readonly setAwayMs: (awayMs: number) => void;
  readonly call: <Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
  ) => Promise<Result<Readonly<Record<string, unknown>>, Problem>>;
  readonly errors: readonly string[];
  readonly close: () => Promise<void>;
}

/** Options for opening a world. */
export interface HealingWorldOptions {
  readonly seed: string;
  readonly fleet: Fleet;
  readonly mutant?: HealingMutant | undefined;
  /** `power` when absent. */
  readonly fence?: FenceLevel | undefined;
  /** Time for which guarded VMs run on without a server. Unit: ms. */
  readonly isolationLeaseMs?: number | undefined;
  readonly onTurn: (vm: Served) => void;
  readonly onEvent: (event: Readonly<Record<string, unknown>>) => void;
  /** Called before a controller cuts the power of a host. */
  readonly onCut: (host: Host) => void;
}

const AWAY_MS = 1_000;

/** Until a host that its watchdog has reset runs again. Unit: ms. */
const RESET_MS = 90_000;

/** Whole lines of every port call would cost more than the run: only what fails is recorded. */
const SILENT: Trace = { note: () => undefined, hash: () => '', tail: () => [] };

/** Opens a world; the caller closes it. */
export async function openHealingWorld(options: HealingWorldOptions): Promise<HealingWorld> {
  const { seed, fleet: plan, mutant, onTurn, onEvent, fence = 'power' } = options;
  const chance = makeChance(makeRng(seed));
  const kernel = createKernel(chance.fork('kernel'));
  const trace = openTrace(kernel.clock);
  const directory = makeDataDirectory('novacron-healing-');
  const opened = await openSqliteStore({ path: join(directory, 'novacron.db') });
  if (!opened.ok) throw new Error(opened.error.detail);
  const store = mutant === 'no-drift-bound' ? withoutDriftBound(opened.value) : opened.value;
  const errors: string[] = [];
  const logger = createLogger(errors);
  const weather = {
    lossRatio: 0,
    repeatRatio: 0,
    slowRatio: 0,
    cutOff: new Set<string>(),
    pausedUntilMs: new Map<string, number>(),
  };
  const parts = { kernel, trace: SILENT, logger, plan };
  const onFault = (subject: string, cause: unknown): void => {
    errors.push(`${subject}: ${String(cause)}`);
  };
  const wire = openSimulatedBus({ ...parts, chance: chance.fork('bus'), weather, onFault });
  const bus = mutant === 'undo-activates-source' ? withEarlyUndo(wire) : wire;
  bus.subscribe(EVENT_SUBJECT, onEvent);
  let hosts: Hosts | undefined;
  const service = watchService({
    hosts: () => hosts,
    nowMs: kernel.clock.nowMs,
    after: (delayMs, callback) => void kernel.timers.after(delayMs, callback),
    onTurn,
  });
  const heartbeats = createPoolHeartbeats({
    kernel,
    hosts: () => hosts,
    reads: mutant === 'old-heartbeats' ? 'old' : 'new',
  });
  const onCut = (host: Host): void => {
    options.onCut(host);
    service.linger(host);
  };
  const onChange = (): void => {
    heartbeats.refresh();
    service.refresh();
  };
  const devices = { kernel, hosts: () => hosts, lies: mutant === 'no-fence', onCut, onChange };
  const storages =
    fence === 'storage'
      ? createStorageFences({ ...devices, chance: chance.fork('storages') })
      : undefined;
  const controllers = { ...devices, chance: chance.fork('controllers'), storages };
  const fenceDevices = fence === 'time' ? undefined : createFenceDevices(controllers);
  const agenda = createAgenda(kernel);
  const disk = createDisk({ ...parts, chance: chance.fork('disk'), slowRatio: 0, store });
  let awayMs = AWAY_MS;
  const server = startServer({
    ...parts,
    disk,
    bus,
    chance: chance.fork('server'),
    fenceDevices,
    spans: 'off',
    awayMs: () => awayMs,
  });
  hosts = await startHosts({
    ...parts,
    bus,
    chance: chance.fork('hosts'),
    dataDir: join(directory, 'agents'),
    startsMachines: mutant === 'agent-starts-machines' ? 'after-boot' : 'never',
    readerOf: heartbeats.readerOf,
    onChange,
    guards: fence === 'time' ? 'guards' : 'none',
    isolationLeaseMs: options.isolationLeaseMs ?? ISOLATION_LEASE_MS_MIN,
    storage: service.storage,
    onKill: (host, vmId) => {
      // It has asked for that, whatever is left of its group.
      service.strike(vmId);
      service.linger(host, vmId);
    },
    onReset: (host) => {
      trace.note('watchdog', 'resets', host.name);
      service.linger(host);
      void kernel.hold(hosts?.cut(host, 'crashed') ?? Promise.resolve());
      agenda.at(kernel.clock.nowMs() + RESET_MS, async () => hosts?.boot(host));
    },
  });
  const started = hosts;
  const group = followMembers({ store, service });
  return {
    groupMembers: group.members,
    followGroup: group.follow,
    kernel,
    chance,
    trace,
    store,
    server,
    hosts: started,
    service,
    heartbeats,
    weather,
    agenda,
    setAwayMs: (ms) => {
      awayMs = ms;
    },
    call: (name, input) => callServer({ kernel, server }, name, input),
    errors,
    close: async () => {
      // Agents end the commands that they have begun, which takes time.
      let isClosed = false;
      const closing = started.close().finally(() => {
        isClosed = true;
      });
      while (!isClosed) await kernel.step();
      await closing;
      await bus.close();
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Members that are replaced are other VMs. */
function followMembers({ store, service }: Pick<HealingWorld, 'store' | 'service'>) {
  let members: readonly string[] = [];
  return {
    members: () => members,
    follow: async () => {
      const rows = await store.read({ from: 'vm_group_members' });
      const found = rows.map(({ id }) => String(id));
      for (const id of members) if (!found.includes(id)) service.remove(id);
      for (const id of found) if (!service.vms.has(id)) service.add(id);
      members = found;
    },
  };
}

const STEPS_OF_CALL_MAX = 100_000;

async function callServer<Name extends OperationName>(
  { kernel, server }: Pick<HealingWorld, 'kernel' | 'server'>,
  name: Name,
  rawInput: InputOf<Name>,
): Promise<Result<Readonly<Record<string, unknown>>, Problem>> {
  while (server.serving() === undefined) await kernel.step();
  const serving = server.serving();
  if (serving === undefined) throw new Error('the server serves');
  const { core, admin } = serving;
  let answer: Result<unknown, Problem> | undefined;
  const context = {
    principal: admin,
    requestId: core.application.nextRequestId(),
    client: 'rest',
    deployment: 'shop',
    signal: new AbortController().signal,
    request: beginRequest(),
  } as const;
  void dispatch(core, { name, rawInput, context }).then((result) => {
    answer = result;
  });
  for (let steps = 0; answer === undefined; steps += 1) {
    if (steps > STEPS_OF_CALL_MAX) throw new Error(`${name} is not answered`);
    await kernel.step();
  }
  return answer.ok ? { ok: true, value: Object(answer.value) } : answer;
}

function createAgenda(kernel: Kernel): Agenda {
  const items: { readonly atMs: number; readonly act: () => Promise<void> }[] = [];
  const nextMs = (): number => items[0]?.atMs ?? Number.POSITIVE_INFINITY;
  return {
    nextMs,
    at: (atMs, act) => {
      const before = items.findIndex((item) => item.atMs > atMs);
      items.splice(before === -1 ? items.length : before, 0, { atMs, act });
    },
    run: async () => {
      while (nextMs() <= kernel.clock.nowMs()) await items.shift()?.act();
    },
  };
}

/** The errors that are no faults: of an agent that was killed while it wrote, and of isolation. */
const KILLED = 'the database was abandoned';
const ISOLATED = 'isolated VMs were stopped';

function createLogger(errors: string[]): Logger {
  const ignore = (): void => undefined;
  return {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: ({ cause, ...rest }, message) => {
      const reason = cause instanceof Error ? cause.message : String(cause ?? '');
      if (reason !== KILLED && message !== ISOLATED)
        errors.push(`${message} ${JSON.stringify(rest)} ${reason}`);
    },
  };
}
