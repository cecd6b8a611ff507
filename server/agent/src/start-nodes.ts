/** Starts the agents of a process: one for each of its nodes. */
import type { Bus } from '@novacron/bus/bus';
import { inspectSubject } from '@novacron/contract/agent/agent-subjects';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Rng } from '@novacron/runtime/rng';
import type { Timers } from '@novacron/runtime/timers';
import { wait } from '@novacron/runtime/wait';
import type { Tracer } from '@novacron/tracing/tracer';
import type { DriverChoice } from './config/driver-settings.ts';
import { openNodeDatabase } from './database/open-node-database.ts';
import type { FleetNode } from './fleet/fleet.ts';
import type { HypervisorFacts } from './fleet/node-facts.ts';
import type { IsolationSettings } from './isolation/keep-guarded.ts';
import { openJournal } from './journal/journal.ts';
import { openNodeDriver } from './open-node-driver.ts';
import type { Heartbeats } from './presence/heartbeats.ts';
import { listHostSources } from './signals/host-sources.ts';
import { type AgentStop, startAgent } from './start-agent.ts';

/** An agent that has not answered by then is asked again, and the log says so. Unit: ms. */
const ANSWER_MS_MAX = 10_000;

/** Dependencies that the agents share. */
export interface NodesParts {
  readonly nodes: readonly FleetNode[];
  readonly bus: Bus;
  readonly dataDir: string;
  /** The hypervisor of the nodes. */
  readonly driver: DriverChoice;
  readonly incarnation: string;
  /** Interval between measurements of nodes. Unit: ms. */
  readonly metricsIntervalMs: number;
  /** `forget`: the nodes follow the first control plane that they hear. */
  readonly followed: 'keep' | 'forget';
  readonly clock: Clock;
  readonly timers: Timers;
  readonly rng: Rng;
  readonly logger: Logger;
  readonly tracer: Tracer;
  /** Settings for stopping VMs when a node is isolated; none are stopped when absent. */
  readonly isolation?: IsolationSettings | undefined;
  /** The process that sends their heartbeats; this one when absent. */
  readonly heartbeats?: Heartbeats | undefined;
  /** Aborted when the agents are no longer needed: first answers are not waited for any more. */
  readonly stop?: AbortSignal | undefined;
}

/** Agents at work. */
export interface RunningNodes {
  /** Hypervisor facts that the nodes announce; none of simulated nodes. */
  readonly hypervisors: readonly HypervisorFacts[];
  /** Accepts nothing more, lets what runs end within the grace, and closes everything. */
  readonly stop: (how: AgentStop & { readonly graceMs: number }) => Promise<void>;
}

/**
 * Starts them all, or none. On a busy host an answer comes late, and is waited for.
 * @returns when each of them answers on the bus, or is to stop; `unavailable` where one cannot
 */
export async function startNodes(parts: NodesParts): Promise<Result<RunningNodes, Problem>> {
  const running: RunningNodes[] = [];
  const stop: RunningNodes['stop'] = async (options) => {
    await Promise.all(running.map((node) => node.stop(options)));
  };
  for (const node of parts.nodes) {
    const started = await startNode(parts, node);
    if (!started.ok) {
      await stop({ graceMs: 0 });
      return started;
    }
    running.push(started.value);
  }
  return ok({ hypervisors: running.flatMap(({ hypervisors }) => hypervisors), stop });
}

async function startNode(
  parts: NodesParts,
  node: FleetNode,
): Promise<Result<RunningNodes, Problem>> {
  const { bus, dataDir, clock, timers, rng, logger, incarnation, tracer } = parts;
  const { metricsIntervalMs, heartbeats, isolation } = parts;
  const choice = parts.driver;
  const database = openNodeDatabase({ choice, dataDir, node: node.name, logger });
  const own = { choice, node, database, clock, timers, rng, logger };
  const opened = await openNodeDriver(own).catch((cause: unknown) =>
    err(notReady(node.name, reasonOf(cause))),
  );
  if (!opened.ok) {
    database.close();
    return opened;
  }
  const { driver, hypervisor } = opened.value;
  const closeAll = async (): Promise<void> => {
    await driver.close();
    database.close();
  };
  try {
    const journal = openJournal({ database, clock });
    if (parts.followed === 'forget') await journal.unfollow();
    const agentParts = {
      bus,
      driver,
      journal,
      node,
      clock,
      timers,
      incarnation,
      logger,
      tracer,
      metricsIntervalMs,
      hypervisor,
      heartbeats,
      isolation,
      signals: parts.driver.kind === 'qemu' ? listHostSources(timers) : [],
    };
    const agent = startAgent(agentParts);
    const stop: RunningNodes['stop'] = async (options) => {
      await agent.stop(options);
      await closeAll();
    };
    const trouble = await awaitAnswer(parts, node.name);
    const hypervisors = hypervisor === undefined ? [] : [hypervisor];
    if (trouble === undefined) return ok({ hypervisors, stop });
    await stop({ graceMs: 0 });
    return err(notReady(node.name, trouble.detail));
  } catch (cause) {
    await closeAll();
    return err(notReady(node.name, reasonOf(cause)));
  }
}

/**
 * An answer proves that the way from a server to here is open; order holds on the bus. An agent
 * that answers late is at work meanwhile: to start it again would only cost a busy host more.
 * @returns why it cannot answer; undefined once it has, or is to stop
 */
async function awaitAnswer(parts: NodesParts, node: string): Promise<Problem | undefined> {
  const { bus, timers, logger, stop } = parts;
  const signals = stop === undefined ? [] : [stop];
  const stopped = wait({ timers, delayMs: Number.POSITIVE_INFINITY, signals });
  for (let attempt = 1; ; attempt += 1) {
    const asked = bus.request(inspectSubject(node), {}, { timeoutMs: ANSWER_MS_MAX });
    const answer = await Promise.race([asked, stopped]);
    if (answer?.ok !== false) return undefined;
    const { code, detail } = answer.error;
    if (code !== 'deadline-exceeded') return answer.error;
    logger.warn({ node, attempt, detail }, 'the agent has not answered yet: it is asked again');
  }
}

/** Everything from what happened to what caused it. */
function reasonOf(cause: unknown): string {
  const { message, cause: deeper } = Object(cause);
  const own = String(message ?? cause).replace(/[.]$/, '');
  return deeper === undefined ? own : `${own}: ${reasonOf(deeper)}`;
}

function notReady(node: string, reason: string): Problem {
  return problem('unavailable', {
    detail: `The agent of ${node} cannot start: ${reason}.`,
    remedy: 'Read the log, correct the cause and start the agent again. Machines have not changed.',
  });
}
