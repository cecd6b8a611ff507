/**
 * The agent of one node: hears commands on the bus, writes them into its journal, has its driver do
 * them (one at a time for a machine, machines side by side) and says how they ended.
 */
import type { Bus, Responder } from '@novacron/bus/bus';
import type { Timers } from '@novacron/bus/timers';
import {
  AGENT_PROTOCOL_VERSION,
  type AgentAcceptance,
  type AgentAnnouncement,
  AgentCommand,
  type AgentCompletion,
  ANNOUNCE_SUBJECT,
  COMPLETION_SUBJECT,
  type CommandOutcome,
  commandSubject,
  type Inspection,
  inspectSubject,
  OutcomeQuery,
  outcomeSubject,
} from '@novacron/contract/agent';
import type { JsonObject } from '@novacron/contract/json';
import { toValidationProblem } from '@novacron/contract/problem';
import { assertNever } from '@novacron/contract/result';
import type { z } from 'zod';
import type { Clock } from './clock.ts';
import type { ActionKind, Driver } from './driver.ts';
import { executeCommand } from './execute-command.ts';
import { capacityOf, type FleetNode } from './fleet.ts';
import type { Journal } from './journal.ts';
import { type Logger, silentLogger } from './logger.ts';

/** How often an agent says that it is alive. */
export const HEARTBEAT_MS = 5_000;

/** Longest wait for a driver; afterwards the command has failed and may be tried again. */
export const ACTION_MS_MAX = 300_000;

/** A migration copies all memory of a machine, which may be terabytes. */
export const MIGRATE_MS_MAX = 3_600_000;

/** What an agent is made of. Driver and journal stay its maker's to close. */
export interface AgentParts {
  readonly bus: Bus;
  readonly driver: Driver;
  readonly journal: Journal;
  readonly node: FleetNode;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger?: Logger;
}

/** An agent at work. */
export interface RunningAgent {
  /**
   * Stops hearing and waiting. Machines run on; commands that have not ended are run again by the
   * next agent with the same journal.
   */
  readonly stop: () => Promise<void>;
}

interface Agent extends AgentParts {
  readonly logger: Logger;
  /** The last command of each machine that has one waiting or running. */
  readonly lanes: Map<string, Promise<void>>;
  /** Gives up what is waited for; empty once the agent has stopped. */
  readonly waiting: Set<() => void>;
  state: 'running' | 'stopped';
}

/** Starts an agent: finishes what the one before it left undone, then announces itself. */
export function startAgent(parts: AgentParts): RunningAgent {
  const agent: Agent = {
    ...parts,
    logger: parts.logger ?? silentLogger,
    lanes: new Map(),
    waiting: new Set(),
    state: 'running',
  };
  const { bus, driver, node, journal, logger } = agent;
  const leave = [
    bus.respond(commandSubject(node.name), answerCommands(agent)),
    bus.respond(outcomeSubject(node.name), answerOutcomes(agent)),
    bus.respond(inspectSubject(node.name), answerInspections(agent)),
    driver.subscribe((event) => logger.debug({ node: node.name, event }, 'machine event')),
  ];
  for (const command of journal.unfinished()) {
    logger.info({ node: node.name, ...keyOf(command) }, 'command is run again after a restart');
    enqueue(agent, command);
  }
  leave.push(beatHeart(agent));
  return {
    stop: async () => {
      agent.state = 'stopped';
      for (const unsubscribe of leave.splice(0)) unsubscribe();
      for (const abandon of [...agent.waiting]) abandon();
      await Promise.all(agent.lanes.values());
    },
  };
}

function beatHeart(agent: Agent): () => void {
  agent.bus.publish(ANNOUNCE_SUBJECT, toMessage(announcementOf(agent)));
  let cancel = agent.timers.after(HEARTBEAT_MS, beat);
  return () => cancel();

  function beat(): void {
    agent.bus.publish(ANNOUNCE_SUBJECT, toMessage(announcementOf(agent)));
    cancel = agent.timers.after(HEARTBEAT_MS, beat);
  }
}

function announcementOf({ node, driver }: Agent): AgentAnnouncement {
  return {
    protocol: AGENT_PROTOCOL_VERSION,
    node: node.name,
    zone: node.zone,
    rack: node.rack,
    driver: driver.name,
    capabilities: driver.capabilities,
    capacity: capacityOf(node),
  };
}

function answerCommands(agent: Agent): Responder {
  return async (message) => {
    const parsed = AgentCommand.safeParse(message);
    if (!parsed.success) return toMessage(notUnderstood(agent, parsed.error, 'The command'));
    return toMessage(accept(agent, parsed.data));
  };
}

function accept(agent: Agent, command: AgentCommand): AgentAcceptance {
  const entry = agent.journal.begin(command);
  switch (entry.kind) {
    case 'journalled':
      enqueue(agent, command);
      return { kind: 'accepted' };
    case 'running':
      return { kind: 'accepted' };
    case 'ended':
      publishCompletion(agent, command, entry.outcome);
      return { kind: 'accepted' };
    case 'stale-generation':
      return entry;
    case 'another-command': {
      const { operation_id, step } = command;
      const message = `Step ${step} of ${operation_id} was another command before.`;
      return { kind: 'not-understood', message };
    }
    default:
      return assertNever(entry);
  }
}

function answerOutcomes(agent: Agent): Responder {
  return async (message) => {
    const parsed = OutcomeQuery.safeParse(message);
    if (!parsed.success) return toMessage(notUnderstood(agent, parsed.error, 'The question'));
    return toMessage(agent.journal.outcomeOf(parsed.data));
  };
}

function answerInspections({ driver, node }: Agent): Responder {
  return async () => {
    const found = await driver.inspect();
    // An empty list would say that every machine is gone, so trouble has to look like trouble.
    if (!found.ok) throw new Error(`cannot inspect ${node.name}: ${found.error.message}`);
    const inspection: Inspection = { node: node.name, machines: [...found.value] };
    return toMessage(inspection);
  };
}

function notUnderstood(agent: Agent, error: z.ZodError, what: string): AgentAcceptance {
  const { detail } = toValidationProblem(error, what);
  agent.logger.warn({ node: agent.node.name, detail }, 'message was not understood');
  return { kind: 'not-understood', message: detail };
}

function enqueue(agent: Agent, command: AgentCommand): void {
  const { lanes } = agent;
  const before = lanes.get(command.vm_id) ?? Promise.resolve();
  const lane = before
    .then(() => runCommand(agent, command))
    .finally(() => {
      if (lanes.get(command.vm_id) === lane) lanes.delete(command.vm_id);
    });
  lanes.set(command.vm_id, lane);
}

async function runCommand(agent: Agent, command: AgentCommand): Promise<void> {
  if (agent.state === 'stopped') return;
  const { clock, logger, node } = agent;
  const startedAtMs = clock.nowMs();
  const outcome = await outcomeInTime(agent, command);
  if (outcome === 'abandoned') return;
  const fields = { node: node.name, ...keyOf(command), durationMs: clock.nowMs() - startedAtMs };
  logger.info({ ...fields, outcome: outcome.kind }, 'command has ended');
  try {
    agent.journal.end(command, outcome);
    publishCompletion(agent, command, outcome);
  } catch (cause) {
    // The journal goes on saying `running`; the next start of the agent runs the command again.
    logger.error({ ...fields, cause }, 'outcome is lost');
  }
}

/** Waits for the driver, but not longer than the action's deadline, nor once the agent stops. */
function outcomeInTime(agent: Agent, command: AgentCommand): Promise<CommandOutcome | 'abandoned'> {
  const { driver, timers, waiting } = agent;
  const limitMs = durationMsMax(command.action.kind);
  const abort = new AbortController();
  return new Promise((resolve) => {
    const settle = (outcome: CommandOutcome | 'abandoned'): void => {
      cancel();
      waiting.delete(abandon);
      resolve(outcome);
      abort.abort();
    };
    const abandon = (): void => settle('abandoned');
    const cancel = timers.after(limitMs, () => settle(notInTime(limitMs)));
    waiting.add(abandon);
    executeCommand(driver, command, abort.signal).then(settle, (cause: unknown) => {
      agent.logger.error({ node: agent.node.name, ...keyOf(command), cause }, 'driver broke down');
      settle(brokenDown());
    });
  });
}

function durationMsMax(kind: ActionKind): number {
  return kind === 'migrate' ? MIGRATE_MS_MAX : ACTION_MS_MAX;
}

function notInTime(limitMs: number): CommandOutcome {
  const message = `The hypervisor did not answer within ${limitMs / 1_000} s.`;
  return { kind: 'failed', message, next: 'retry' };
}

function brokenDown(): CommandOutcome {
  const message = 'The driver of the hypervisor broke down; the log of the agent says why.';
  return { kind: 'failed', message, next: 'final' };
}

function publishCompletion(agent: Agent, command: AgentCommand, outcome: CommandOutcome): void {
  const { operation_id, step, vm_id } = command;
  const node = agent.node.name;
  const completion: AgentCompletion = { node, operation_id, step, vm_id, outcome };
  agent.bus.publish(COMPLETION_SUBJECT, toMessage(completion));
}

function keyOf({ operation_id, step, vm_id }: AgentCommand) {
  return { operation_id, step, vm_id };
}

/** The contract's messages hold JSON and nothing else, which their tolerant types cannot say. */
function toMessage(message: object): JsonObject {
  return message as JsonObject;
}
