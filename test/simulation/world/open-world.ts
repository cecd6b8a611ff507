/** Puts a world together from a seed: a disk, a bus, a fleet, a server, a wire and trouble. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet } from '@novacron/agent/fleet/fleet';
import { Event } from '@novacron/contract/events/event';
import { makeRng } from '@novacron/engine/rng';
import type { Logger } from '@novacron/runtime/logger';
import { openSqliteStore } from '@novacron/server/adapters/store/sqlite/open-sqlite-store';
import { EVENT_SUBJECT } from '@novacron/server/app/kernel/events/relay-events';
import type { Store } from '@novacron/server/ports/store';
import { makeDataDirectory } from '@novacron/testing/memory-disk';
import type { Heard } from '../checks/check-events.ts';
import { type Chance, makeChance } from './chance.ts';
import { createKernel, type Kernel } from './kernel.ts';
import { openSimulatedBus } from './simulated-bus.ts';
import { createDisk, type SimulatedDisk } from './simulated-disk.ts';
import { type SimulatedFleet, startFleet } from './simulated-fleet.ts';
import {
  type SimulatedServer,
  type SimulatedServerParts,
  startServer,
} from './simulated-server.ts';
import { openTrace, type Trace } from './trace.ts';
import { chooseWeather, clearUp, makeTrouble, type Trouble } from './trouble.ts';

const NODES_MIN = 3;
const NODES_MAX = 5;

/** Options of a world. */
export interface WorldOptions {
  readonly seed: string;
  /** Puts a fault into the store, to see whether anybody notices. */
  readonly tamper?: ((store: Store) => Store) | undefined;
  /** Without it the fleet is improved on request only. */
  readonly improvements?: SimulatedServerParts['improvements'];
  /** `calm`: no message is lost or late; else the seed decides. */
  readonly weather?: 'calm';
}

/** A world at work. */
export interface World {
  readonly chance: Chance;
  readonly kernel: Kernel;
  readonly trace: Trace;
  /** Durable state for checks, without delay and without a trace. */
  readonly store: Store;
  readonly disk: SimulatedDisk;
  readonly fleet: SimulatedFleet;
  readonly server: SimulatedServer;
  readonly weather: ReturnType<typeof chooseWeather>;
  readonly beginTrouble: () => Trouble;
  /** Events as they were published, with repeats. */
  readonly heard: readonly Heard[];
  /** Logged errors and all broken promises of the bus. */
  readonly errors: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens a world; the caller closes it. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { seed, tamper, improvements } = options;
  const chance = makeChance(makeRng(seed));
  const kernel = createKernel(chance.fork('kernel'));
  const trace = openTrace(kernel.clock);
  const directory = makeDataDirectory('novacron-simulation-');
  const opened = await openSqliteStore({ path: join(directory, 'novacron.db') });
  if (!opened.ok) throw new Error(opened.error.detail);
  const errors: string[] = [];
  const logger = createLogger(trace, errors);
  const weather = chooseWeather(chance.fork('weather'));
  if (options.weather === 'calm') clearUp(weather);
  const parts = { kernel, trace, logger, plan: planFleet(chance.fork('fleet-plan')) };
  const disk = createDisk({
    kernel,
    trace,
    chance: chance.fork('disk'),
    slowRatio: weather.slowRatio,
    store: tamper === undefined ? opened.value : tamper(opened.value),
  });
  const onFault = (subject: string, cause: unknown): void =>
    logger.error({ cause, subject }, 'a message met a fault');
  const bus = openSimulatedBus({ kernel, trace, chance: chance.fork('bus'), weather, onFault });
  const heard: Heard[] = [];
  bus.subscribe(EVENT_SUBJECT, (message) => heard.push(Event.parse(message)));
  const server = startServer({ ...parts, disk, bus, chance: chance.fork('server'), improvements });
  const dataDir = join(directory, 'agents');
  const fleet = await startFleet({ ...parts, bus, dataDir, chance: chance.fork('fleet') });
  const close = async (): Promise<void> => {
    await fleet.close();
    await bus.close();
    await opened.value.close();
    rmSync(directory, { recursive: true, force: true });
  };
  const all = { chance, kernel, trace, disk, fleet, server, weather };
  return {
    ...all,
    store: opened.value,
    heard,
    errors,
    close,
    beginTrouble: () => makeTrouble({ ...all, chance: chance.fork('trouble') }),
  };
}

/** Small enough to fill up, large enough to move. */
function planFleet(chance: Chance): Fleet {
  const nodes = Array.from({ length: chance.between(NODES_MIN, NODES_MAX) }, (_, index) => ({
    name: `node-${index + 1}`,
    zone: `zone-${(index % 3) + 1}`,
    rack: `rack-${index + 1}`,
    cpu_cores: chance.between(6, 12),
    memory_gb: chance.between(12, 32),
    disk_gb: chance.between(100, 300),
  }));
  const sizeGb = (): number => chance.between(100, 500);
  const storage_pools = {
    ssd: { size_gb: sizeGb() },
    hdd: { size_gb: sizeGb() },
    nvme: { size_gb: sizeGb() },
  };
  return { nodes, storage_pools };
}

/** The errors that are no faults: a full disk cannot keep a refusal, and the refusal stands; */
const NOT_AUDITED = 'a refusal could not be audited';
/** an agent that is killed does not end what it was writing; */
const KILLED = 'the database was abandoned';
/** and a command that comes when the lease has just run out is not taken: servers send it again. */
const LEASE_RAN_OUT = /^the lease of \S+ ran out while its host did not run$/;

function isExpected(message: string, reason: unknown): boolean {
  return message.endsWith(NOT_AUDITED) || reason === KILLED || LEASE_RAN_OUT.test(String(reason));
}

function createLogger(trace: Trace, errors: string[]): Logger {
  const say =
    (level: string): Logger['info'] =>
    (fields, message) => {
      const { cause, ...rest } = fields;
      const reason = cause instanceof Error ? cause.message : (cause ?? '');
      trace.note('log', level, { ...rest, said: message, reason });
      if (level !== 'error' || isExpected(message, reason)) return;
      const why = cause instanceof Error ? cause.stack : '';
      errors.push(`${message} ${JSON.stringify(rest)} ${why}`);
    };
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
}
