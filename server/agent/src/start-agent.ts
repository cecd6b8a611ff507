/**
 * The agent of one node: hears commands on the bus, writes them into its journal, has its driver do
 * them (one at a time for a machine, machines side by side) and says how they ended.
 */
import type { Bus, Responder } from '@novacron/bus/bus';
import {
  type AgentAcceptance,
  AgentCommand,
  type AgentCompletion,
  type CommandOutcome,
  type Inspection,
  OutcomeQuery,
} from '@novacron/contract/agent/agent';
import {
  commandSubject,
  completionSubject,
  consoleSubject,
  consoleTailSubject,
  guestSubject,
  healthSubject,
  inspectSubject,
  outcomeSubject,
  poolHeartbeatSubject,
} from '@novacron/contract/agent/agent-subjects';
import { MigrationQuery } from '@novacron/contract/agent/migration';
import type { NetworkMap } from '@novacron/contract/agent/network-map';
import {
  type ControlPlaneClaim,
  type ControlPlaneTerm,
  judgeClaim,
} from '@novacron/contract/fleet/control-plane';
import { toValidationProblem } from '@novacron/contract/problem/problem';
import { assertNever } from '@novacron/contract/result';
import { type Clock, steadyMs } from '@novacron/runtime/clock';
import { type Logger, silentLogger } from '@novacron/runtime/logger';
import type { Timers } from '@novacron/runtime/timers';
import { traceFields } from '@novacron/tracing/trace-fields';
import { NO_TRACER, type Tracer } from '@novacron/tracing/tracer';
import type { z } from 'zod';
import { askForKeys, type KeyRequests } from './commands/ask-for-keys.ts';
import { awaitOutcome, commandKey, type Ending } from './commands/await-outcome.ts';
import { forTenants, HOST_RESTARTED, notJournalled, notKept } from './commands/command-outcomes.ts';
import { describeOutcome, startCommandSpan } from './commands/command-span.ts';
import { refuseOlderServer } from './commands/refuse-older-server.ts';
import { reportProgress } from './commands/report-progress.ts';
import { announcementsOf } from './compose-announcement.ts';
import { serveConsoles } from './console/serve-consoles.ts';
import type { Driver } from './drivers/driver.ts';
import type { FleetNode } from './fleet/fleet.ts';
import type { HypervisorFacts } from './fleet/node-facts.ts';
import { type GuardedVms, type IsolationSettings, keepGuarded } from './isolation/keep-guarded.ts';
import type { Journal } from './journal/journal.ts';
import type { Heartbeats } from './presence/heartbeats.ts';
import { createKnownFeatures, type KnownFeatures } from './presence/known-features.ts';
import { LEASE_MS } from './presence/send-beats.ts';
import { type Heartbeat, startHeartbeat } from './presence/start-heartbeat.ts';
import { type RefusedSenders, watchRefusedSenders } from './presence/watch-refused-senders.ts';
import { AGENT_VERSION } from './process/version.ts';
import { answerConsoleTails } from './reports/answer-console-tails.ts';
import { answerGuestChecks } from './reports/answer-guest-checks.ts';
import { answerHealthChecks } from './reports/answer-health-checks.ts';
import { answerMigration } from './reports/answer-migration.ts';
import { answerPoolHeartbeats } from './reports/answer-pool-heartbeats.ts';
import { forServers, outcomeForServers } from './reports/for-servers.ts';
import { publishMachineEvents } from './reports/publish-machine-events.ts';
import { reportUsage } from './reports/report-usage.ts';
import { driverSources } from './signals/driver-sources.ts';
import type { SignalSource } from './signals/signal-source.ts';
import { type SignalWatch, watchSignals } from './signals/watch-signals.ts';
import { startAfterHostRestart } from './start-after-host-restart.ts';

/** Dependencies of an agent. Their creator closes driver and journal. */
export interface AgentParts {
  readonly bus: Bus;
  readonly driver: Driver;
  readonly journal: Journal;
  readonly node: FleetNode;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Names this start of the agent; a later start has a higher one. */
  readonly incarnation: string;
  /** Interval between measurements of the node; 30 s when absent. Unit: ms. */
  readonly metricsIntervalMs?: number;
  readonly logger?: Logger;
  /** Nothing is traced without it. */
  readonly tracer?: Tracer;
  /** Hypervisor facts that the node announces; none when absent. */
  readonly hypervisor?: HypervisorFacts | undefined;
  /** The process that sends its heartbeats; its own when absent. */
  readonly heartbeats?: Heartbeats | undefined;
  /** Settings for stopping VMs when the node is isolated; none are stopped when absent. */
  readonly isolation?: IsolationSettings | undefined;
  /** Health signals of its host; none when absent. */
  readonly signals?: readonly SignalSource[] | undefined;
}

/** An agent at work. */
export interface RunningAgent {
  /**
   * Accepts nothing more, waits for what runs and then hears nothing more. Machines run on;
   * commands that have not ended are run again by the next agent with the same journal.
   */
  readonly stop: (how?: AgentStop) => Promise<void>;
}

/** Options for stopping an agent. */
export interface AgentStop {
  /** Time for running commands to end; none when absent. */
  readonly graceMs?: number;
  /** For how long the agent will be away, announced to servers; nothing is when absent. */
  readonly plannedStopMs?: number;
}

interface Agent extends AgentParts {
  readonly logger: Logger;
  readonly tracer: Tracer;
  /** The last command of each machine that has one waiting or running. */
  readonly lanes: Map<string, Promise<void>>;
  /** Gives up what is waited for; empty once the agent has stopped. */
  readonly waiting: Set<() => void>;
  /** Cancels the migrations that run, by the names of their commands. */
  readonly cancels: Map<string, () => void>;
  readonly refusedSenders: RefusedSenders;
  /** Features known to all recently heard servers. */
  readonly known: KnownFeatures;
  readonly signalWatch: SignalWatch;
  /** VMs that are stopped when the node is isolated. */
  readonly guarded: GuardedVms;
  /** The term that was followed when that was reported last. */
  follows: ControlPlaneTerm | undefined;
  state: 'running' | 'stopping';
  /** For how long it will be away, once it stops on purpose. Unit: ms. */
  plannedStopMs: number | undefined;
  /** Notices at once that the lease has run out, such as while the host was suspended. */
  checkLease: () => void;
  readonly keys: KeyRequests;
}

/** Starts an agent: finishes what the one before it left undone, then announces itself. */
export function startAgent(parts: AgentParts): RunningAgent {
  const agentLogger = parts.logger ?? silentLogger;
  const signals = watchSignals({
    ...parts,
    node: parts.node.name,
    logger: agentLogger,
    sources: [...(parts.signals ?? []), ...driverSources(parts.driver)],
  });
  const agent: Agent = {
    ...parts,
    logger: agentLogger,
    refusedSenders: watchRefusedSenders({
      node: parts.node.name,
      clock: parts.clock,
      logger: agentLogger,
    }),
    known: createKnownFeatures(parts.timers),
    signalWatch: signals,
    guarded: keepGuarded({
      driver: parts.driver,
      settings: parts.isolation,
      canGuard: parts.heartbeats?.canGuard ?? (() => true),
      onKilled: (vms) =>
        agentLogger.error({ node: parts.node.name, vms }, 'isolated VMs were stopped'),
    }),
    tracer: parts.tracer ?? NO_TRACER,
    lanes: new Map(),
    waiting: new Set(),
    cancels: new Map(),
    follows: parts.journal.followed(),
    state: 'running',
    plannedStopMs: undefined,
    checkLease: () => undefined,
    keys: askForKeys({ ...parts, isFollowed: (claim) => isFollowed(agent, claim) }),
  };
  const { bus, driver, node, journal, logger } = agent;
  for (const command of journal.unfinished()) {
    const fields = { node: node.name, ...keyOf(command) };
    if (driver.hostRestarted === true) {
      logger.warn(fields, 'command of before the restart of the host is left to the servers');
      enqueue(agent, command, 'give-up');
    } else {
      logger.info(fields, 'command is run again after a restart');
      enqueue(agent, command, 'run');
    }
  }
  const door = openDoor(agent);
  const consoles = serveConsoles({
    ...agent,
    isFollowed: (claim) => isFollowed(agent, claim),
  });
  const giveUpStarts = startAfterHostRestart({ ...agent, ...agent.keys });
  const leave = [
    bus.respond(outcomeSubject(node.name), answerOutcomes(agent)),
    bus.respond(inspectSubject(node.name), answerInspections(agent)),
    bus.respond(consoleSubject(node.name), consoles.answer),
    bus.respond(guestSubject(node.name), answerGuestChecks(agent)),
    bus.respond(
      healthSubject(node.name),
      answerHealthChecks({ ...agent, isFollowed: (claim) => isFollowed(agent, claim) }),
    ),
    bus.respond(consoleTailSubject(node.name), answerConsoleTails(agent)),
    bus.respond(poolHeartbeatSubject(node.name), answerPoolHeartbeats(agent)),
    consoles.close,
    driver.subscribe(publishMachineEvents(agent)),
  ];
  // Servers may ask as soon as they hear of the agent.
  const heartbeat = startHeartbeat({
    ...agent,
    node: node.name,
    announcement: announcementsOf(agent),
    isFollowed: (claim) => isFollowed(agent, claim),
    onNetworkMap: (map) => void takeNetworkMap(agent, map),
    onAccepted: agent.guarded.accept,
    guard: agent.guarded.order,
    onLease: (state) => (state === 'held' ? door.open() : door.close()),
  });
  agent.checkLease = heartbeat.checkLease;
  let isPlanned = false;
  leave.push(
    () => heartbeat.stop(isPlanned ? 'planned' : undefined),
    agent.known.stop,
    signals.stop,
    agent.keys.stop,
    reportUsage(agent),
    () => void giveUpStarts(),
  );
  return {
    stop: async ({ graceMs = 0, plannedStopMs } = {}) => {
      agent.state = 'stopping';
      isPlanned = plannedStopMs !== undefined;
      door.close();
      if (isPlanned) agent.guarded.end();
      announceStop(agent, heartbeat, plannedStopMs);
      if (graceMs > 0) await lanesWithin(agent, graceMs);
      for (const unsubscribe of leave.splice(0)) unsubscribe();
      for (const abandon of [...agent.waiting]) abandon();
      await Promise.all(agent.lanes.values());
    },
  };
}

function announceStop(
  agent: Agent,
  { beatNow }: Heartbeat,
  plannedStopMs: number | undefined,
): void {
  if (plannedStopMs === undefined || !agent.known.has('planned-stop')) return;
  agent.plannedStopMs = plannedStopMs;
  beatNow();
}

/** Applies a network map; a failure is retried, as announcements name the old map. */
async function takeNetworkMap({ driver, logger, node }: Agent, map: NetworkMap): Promise<void> {
  const taken = await driver.networks?.takeMap(map);
  if (taken?.ok !== false) return;
  logger.warn({ node: node.name, problem: taken.error }, 'a network map could not be applied');
}

/**
 * Creates the entry of commands. While it is closed, requests have no responder and servers retry.
 */
function openDoor(agent: Agent): { readonly open: () => void; readonly close: () => void } {
  const { bus, node, logger } = agent;
  const answer = answerCommands(agent);
  const open = () =>
    bus.respond(commandSubject(node.name), (message) => {
      agent.checkLease();
      if (leave !== undefined) return answer(message);
      // Servers retry after a fault.
      throw new Error(`the lease of ${node.name} ran out while its host did not run`);
    });
  let leave: (() => void) | undefined = open();
  return {
    open: () => {
      if (leave !== undefined || agent.state === 'stopping') return;
      leave = open();
      logger.info({ node: node.name }, 'a server has renewed the lease: commands are accepted');
    },
    close: () => {
      leave?.();
      leave = undefined;
      if (agent.state === 'stopping') return;
      const fields = { node: node.name, leaseMs: LEASE_MS };
      logger.warn(fields, 'the lease has run out: no commands until a server renews it');
    },
  };
}

function lanesWithin({ timers, lanes }: Agent, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = timers.after(graceMs, resolve);
    void Promise.all(lanes.values()).then(() => {
      cancel();
      resolve();
    });
  });
}

/** Follows the control plane of a lease renewal, unless the agent follows another one. */
async function isFollowed(agent: Agent, claim: ControlPlaneClaim | undefined): Promise<boolean> {
  const { journal, refusedSenders, logger, node } = agent;
  // Nothing has to be written for most renewals.
  if (judgeClaim(journal.followed(), claim) === 'accepted') return true;
  try {
    const answer = await journal.follow(claim);
    if (answer.kind === 'followed') {
      reportFollowed(agent);
      return true;
    }
    refusedSenders.note(claim, answer.follows);
  } catch (cause) {
    logger.error({ node: node.name, cause }, 'the term of a control plane cannot be written down');
  }
  return false;
}

/** Logs, once, that the agent follows another term than before. */
function reportFollowed(agent: Agent): void {
  const { journal, refusedSenders, logger, node, follows: before } = agent;
  const follows = journal.followed();
  if (follows === undefined || follows.term === before?.term) return;
  agent.follows = follows;
  refusedSenders.clear();
  const fields = { node: node.name, follows, ...(before === undefined ? {} : { before }) };
  if (before === undefined || before.id === follows.id) {
    logger.info(fields, 'a new term of the control plane is followed');
  } else {
    logger.warn(fields, 'another control plane is followed now: it has taken the node over');
  }
}

function answerCommands(agent: Agent): Responder {
  return async (message) => {
    const parsed = AgentCommand.safeParse(message);
    if (!parsed.success) return notUnderstood(agent, parsed.error, 'The command');
    return await accept(agent, parsed.data);
  };
}

async function accept(agent: Agent, command: AgentCommand): Promise<AgentAcceptance> {
  const tooOld = refuseOlderServer(
    command,
    AGENT_VERSION,
    () => agent.journal.outcomeOf(command).kind !== 'unknown',
  );
  if (tooOld !== undefined) {
    agent.logger.warn({ release: command.release }, 'a command of an older server is refused');
    return tooOld;
  }
  const entry = await agent.journal.begin(command).catch(notJournalled);
  reportFollowed(agent);
  switch (entry.kind) {
    case 'journalled':
      enqueue(agent, command, 'run');
      return { kind: 'accepted' };
    case 'running':
      return { kind: 'accepted' };
    case 'ended':
      publishCompletion(agent, command, entry.outcome);
      return { kind: 'accepted' };
    case 'stale-generation':
    case 'superseded':
    case 'not-journalled':
      return entry;
    case 'not-followed':
      return refuseSender(agent, command, entry.follows);
    case 'another-command': {
      const { operation_id, step } = command;
      const message = `Step ${step} of ${operation_id} was another command before.`;
      return { kind: 'not-understood', message };
    }
    default:
      return assertNever(entry);
  }
}

/** A server that claims no term does not learn whom the agent follows: it retries after a fault. */
function refuseSender(
  { refusedSenders, node }: Agent,
  { control_plane: claim }: AgentCommand,
  follows: ControlPlaneTerm,
): AgentAcceptance {
  refusedSenders.note(claim, follows);
  if (claim !== undefined) return { kind: 'not-followed', follows };
  throw new Error(`the agent of ${node.name} follows a control plane, and the command names none`);
}

function answerOutcomes(agent: Agent): Responder {
  return async (message) => {
    const parsed = OutcomeQuery.safeParse(message);
    if (!parsed.success) return notUnderstood(agent, parsed.error, 'The question');
    if (parsed.data.cancel === 'yes') agent.cancels.get(commandKey(parsed.data))?.();
    const answer = agent.journal.outcomeOf(parsed.data);
    if (answer.kind !== 'ended') return answer;
    return { ...answer, outcome: outcomeForServers(answer.outcome, agent.known) };
  };
}

function answerInspections({ driver, node, known, logger }: Agent): Responder {
  return async (message) => {
    const query = MigrationQuery.safeParse(message);
    if (query.success) return answerMigration(driver, query.data);
    const found = await driver.inspect();
    // An empty list would say that every machine is gone, so trouble has to look like trouble.
    if (!found.ok) throw new Error(`cannot inspect ${node.name}: ${found.error.message}`);
    // Machines run on while a storage is away. Without a list, servers keep what they know.
    const snapshots = await driver.inspectSnapshots();
    if (!snapshots.ok) {
      const { message } = snapshots.error;
      logger.warn({ node: node.name, reason: message }, 'snapshots cannot be listed');
    }
    const listed = snapshots.ok && driver.capabilities.snapshots === 'yes';
    const unread = await driver.damaged?.();
    const inspection: Inspection = {
      node: node.name,
      machines: found.value.map((machine) => forServers(machine, known)),
      ...(unread?.ok && unread.value.length > 0 ? { unread: [...unread.value] } : {}),
      ...(listed ? { snapshots: [...snapshots.value] } : {}),
    };
    return inspection;
  };
}

function notUnderstood(agent: Agent, error: z.ZodError, what: string): AgentAcceptance {
  const { detail } = toValidationProblem(error, what);
  agent.logger.warn({ node: agent.node.name, detail }, 'message was not understood');
  return { kind: 'not-understood', message: detail };
}

/** Handling of a command: `give-up`: it ends without being run. */
type Turn = 'run' | 'give-up';

function enqueue(agent: Agent, command: AgentCommand, turn: Turn): void {
  const { lanes } = agent;
  const before = lanes.get(command.vm_id) ?? Promise.resolve();
  const lane = before
    .then(() => runCommand(agent, command, turn))
    .finally(() => {
      if (lanes.get(command.vm_id) === lane) lanes.delete(command.vm_id);
    });
  lanes.set(command.vm_id, lane);
}

async function runCommand(agent: Agent, command: AgentCommand, turn: Turn): Promise<void> {
  if (agent.state === 'stopping') return;
  const { clock, logger, node } = agent;
  const startedAtMs = steadyMs(clock);
  const span = startCommandSpan(agent, command);
  const fields = { node: node.name, ...keyOf(command), ...traceFields(span.context) };
  const onBreakdown = (cause: unknown): void =>
    logger.error({ ...fields, cause }, 'driver broke down');
  const ending =
    turn === 'give-up'
      ? { outcome: HOST_RESTARTED }
      : await awaitOutcome(
          { ...agent, ...agent.keys, onBreakdown, onProgress: reportProgress(agent, command) },
          command,
        );
  if (ending === 'abandoned') return;
  const { outcome: whole } = ending;
  if (whole.kind === 'failed') logger.warn({ ...fields, message: whole.message }, 'command failed');
  try {
    const outcome = await keepEnding(agent, command, { ...ending, outcome: forTenants(whole) });
    const durationMs = Math.round(steadyMs(clock) - startedAtMs);
    logger.info({ ...fields, durationMs, outcome: outcome.kind }, 'command has ended');
    span.end(describeOutcome(outcome));
    publishCompletion(agent, command, outcome);
  } catch (cause) {
    // The journal goes on saying `running`; the next start of the agent runs the command again.
    logger.error({ ...fields, cause }, 'outcome is lost');
  }
}

/** Writes the ending down. Where the driver's part of it cannot be written, nothing happened. */
async function keepEnding(
  { journal, logger, node }: Agent,
  command: AgentCommand,
  { outcome, beside }: Ending,
): Promise<CommandOutcome> {
  try {
    await journal.end(command, outcome, beside);
    return outcome;
  } catch (cause) {
    if (beside === undefined) throw cause;
    logger.error({ node: node.name, ...keyOf(command), cause }, 'what was done cannot be kept');
    const failed = notKept(cause);
    await journal.end(command, failed);
    return failed;
  }
}

function publishCompletion(agent: Agent, command: AgentCommand, ending: CommandOutcome): void {
  const { operation_id, step, vm_id } = command;
  const outcome = outcomeForServers(ending, agent.known);
  const node = agent.node.name;
  const completion: AgentCompletion = { node, operation_id, step, vm_id, outcome };
  agent.bus.publish(completionSubject(node), completion);
}

function keyOf({ operation_id, step, vm_id }: AgentCommand) {
  return { operation_id, step, vm_id };
}
