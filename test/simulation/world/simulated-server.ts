/**
 * A server process in a simulated world: the real application on ports that end with its life. A
 * supervisor starts it again after a while, on the same disk.
 */

import type { Fleet } from '@novacron/agent/fleet/fleet';
import type { Bus } from '@novacron/bus/bus';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import { createIds } from '@novacron/server/adapters/ids/random-ids';
import { createFirstKey } from '@novacron/server/app/access/identity/first-key';
import { createApplication } from '@novacron/server/app/composition/create-application';
import {
  type AppSettings,
  type CompletePorts,
  completePorts,
} from '@novacron/server/app/composition/deps';
import { seedStore } from '@novacron/server/app/composition/seed-store';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { createNodeRegistry } from '@novacron/server/app/resources/node/register-nodes';
import type { FenceDevices } from '@novacron/server/ports/fence-devices';
import type { PolicyRuntime } from '@novacron/server/ports/policy-runtime';
import type { Core } from '@novacron/server/transports/dispatch/dispatch';
import { SERVER_VERSION } from '@novacron/server/version';
import { NO_TRACER, type Tracer } from '@novacron/tracing/tracer';
import type { Chance } from './chance.ts';
import { createInlinePolicies } from './inline-policies.ts';
import type { Kernel } from './kernel.ts';
import { beginLife, type Life, never } from './life.ts';
import { noteSpans } from './note-spans.ts';
import { joinBus } from './simulated-bus.ts';
import type { SimulatedDisk } from './simulated-disk.ts';
import type { Trace } from './trace.ts';

/** Time limits as in the composition root. Unit: ms. */
const NODES_MS_MAX = 10_000;

const POLICY_MS_MAX = 20;
const BETWEEN_LIVES_MS_MIN = 20;
const BETWEEN_LIVES_MS_MAX = 3_000;

/** Dependencies of a server. */
export interface SimulatedServerParts {
  readonly kernel: Kernel;
  readonly trace: Trace;
  readonly chance: Chance;
  readonly disk: SimulatedDisk;
  readonly bus: Bus;
  readonly plan: Fleet;
  readonly logger: Logger;
  readonly improvements?: AppSettings['improvements'];
  readonly fenceDevices?: FenceDevices | undefined;
  /** Spans are lines of the trace, unless they are off. */
  readonly spans?: 'off';
  /** Time until the next server listens after one has died; seconds by default. Unit: ms. */
  readonly awayMs?: () => number;
}

/** A process that serves. */
export interface Serving {
  readonly life: Life;
  readonly core: Core;
  readonly admin: Principal;
}

/** The server as clients and trouble see it. */
export interface SimulatedServer {
  /** undefined while no server listens. */
  readonly serving: () => Serving | undefined;
  /** Kills the process at one of its next port calls: 0 is the very next. */
  readonly killAfterCalls: (count: number) => void;
  readonly crashCount: () => number;
}

/** Starts the first life. */
export function startServer(parts: SimulatedServerParts): SimulatedServer {
  const { kernel, trace, chance, disk, plan } = parts;
  const soonMs = (): number => chance.between(BETWEEN_LIVES_MS_MIN, BETWEEN_LIVES_MS_MAX);
  const { awayMs = soonMs } = parts;
  let secret = '';
  let lives = 0;
  let life = beginLife('s0');
  let serving: Serving | undefined;

  /** Runs the part of `main` between opening the store and listening. */
  async function boot(own: Life, deps: CompletePorts): Promise<boolean> {
    const firstKey = await createFirstKey(deps, (made) => {
      secret = made;
      return { ok: true, value: undefined };
    });
    if (!firstKey.ok) return false;
    const seeded = await seedStore(deps, plan.storage_pools);
    if (!seeded.ok) return false;
    const { application, executor, relay, leases } = createApplication(deps);
    const registry = createNodeRegistry({ ...deps, onEvents: relay.signal });
    await leases.start();
    await registry.waitForNodes(plan.nodes.length, { timeoutMs: NODES_MS_MAX });
    await executor.resume();
    const admin = await application.authenticate(secret);
    if (!admin.ok) return false;
    const { logger, tracer } = deps;
    const core = { application, logger, tracer };
    serving = { life: own, core, admin: admin.value };
    relay.signal();
    return true;
  }

  function live(): void {
    lives += 1;
    const own = beginLife(`s${lives}`);
    life = own;
    own.onEnd(() => {
      serving = undefined;
      kernel.timers.after(awayMs(), live);
    });
    const deps = portsOf(own, { ...parts, store: disk.open(own) });
    trace.note(own.name, 'begins', {});
    boot(own, deps).then(
      (isUp) => {
        trace.note(own.name, isUp ? 'serves' : 'cannot start', {});
        if (!isUp) own.endAfterCalls(0);
        if (!isUp) own.enter();
      },
      (cause) => deps.logger.error({ cause }, 'a server breaks down at its start'),
    );
  }

  live();
  return {
    serving: () => serving,
    killAfterCalls: (count) => life.endAfterCalls(count),
    crashCount: () => lives - 1,
  };
}

function portsOf(
  life: Life,
  parts: SimulatedServerParts & { readonly store: CompletePorts['store'] },
): CompletePorts {
  const { kernel, trace, logger } = parts;
  const chance = parts.chance.fork(life.name);
  const random = chance.fork('random');
  const timers: CompletePorts['timers'] = {
    after: (delayMs, callback) => {
      if (life.enter() === 'dead') return () => undefined;
      trace.note(life.name, 'timers.after', delayMs);
      return kernel.timers.after(delayMs, () => {
        if (life.isAlive()) callback();
      });
    },
  };
  return completePorts({
    store: parts.store,
    clock: kernel.clock,
    timers,
    ids: createIds(kernel.clock, { bytes: random.bytes }),
    rng: chance.fork('decisions'),
    secretRandom: { bytes: chance.fork('secrets').bytes },
    bus: joinBus(parts.bus, life),
    policies: slowPolicies(life, {
      clock: kernel.clock,
      timers,
      trace,
      chance: chance.fork('policies'),
    }),
    logger: loggerOf(life, logger),
    tracer: parts.spans === 'off' ? NO_TRACER : spansOf(life, { ...parts, chance }),
    serverVersion: SERVER_VERSION,
    fenceDevices: parts.fenceDevices,
    settings: { improvements: parts.improvements },
  });
}

function spansOf(
  life: Life,
  { kernel, trace, chance }: Pick<SimulatedServerParts, 'kernel' | 'trace' | 'chance'>,
): Tracer {
  return noteSpans({
    who: life.name,
    clock: kernel.clock,
    trace,
    isAlive: life.isAlive,
    chance: chance.fork('spans'),
  });
}

interface PolicyParts {
  readonly clock: Clock;
  readonly timers: CompletePorts['timers'];
  readonly trace: Trace;
  readonly chance: Chance;
}

/** Policies that take time, as a worker's do. */
function slowPolicies(life: Life, { clock, timers, trace, chance }: PolicyParts): PolicyRuntime {
  const policies = createInlinePolicies(clock);
  async function later<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (life.enter() === 'dead') return never();
    await new Promise<void>((resolve) =>
      timers.after(chance.between(0, POLICY_MS_MAX), () => resolve()),
    );
    const answer = await work();
    trace.note(life.name, what, answer);
    return answer;
  }
  return {
    compile: (...given) => later('policies.compile', () => policies.compile(...given)),
    evaluate: (...given) => later('policies.evaluate', () => policies.evaluate(...given)),
    judgeRecords: (...given) =>
      later('policies.judgeRecords', () => policies.judgeRecords(...given)),
    close: policies.close,
  };
}

/** The dead are silent. */
function loggerOf(life: Life, logger: Logger): Logger {
  const say =
    (level: keyof Logger): Logger[typeof level] =>
    (fields, message) => {
      if (life.isAlive()) logger[level](fields, `${life.name}: ${message}`);
    };
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
}
