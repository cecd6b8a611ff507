/**
 * A runner at work: it takes orders from the bus, records each in its journal, runs it isolated and
 * says how it ended. It announces itself, and gives way to a later start of itself.
 */
import type { Bus, OutgoingMessage, Responder } from '@novacron/bus/bus';
import {
  isHostAllowed,
  type NetworkHost,
  parseNetworkHost,
} from '@novacron/contract/automation/network-host';
import {
  CALLS_SERVER,
  MEMORY_LIMIT,
  RUNNER_PROTOCOL_VERSION,
  type RunnerAcceptance,
  RunnerAnnouncement,
  type RunnerAnswer,
  type RunnerCapability,
  type RunnerCompletion,
  type RunnerLog,
  RunnerLogQuery,
  RunnerOrder,
  type RunnerOutcome,
  RunnerQuery,
} from '@novacron/contract/automation/runner';
import {
  runnerAnnounceSubject,
  runnerCompletionSubject,
  runnerLogSubject,
  runnerOrderSubject,
  runnerOutcomeSubject,
} from '@novacron/contract/automation/runner-subjects';
import { toValidationProblem } from '@novacron/contract/problem/problem';
import type { Logger } from '@novacron/runtime/logger';
import type { Timers } from '@novacron/runtime/timers';
import type { Tracer } from '@novacron/tracing/tracer';
import type { z } from 'zod';
import { composePlaybook } from './ansible/compose-playbook.ts';
import type { Isolation } from './isolation/isolate.ts';
import type { AttemptKey, Journal } from './journal/open-journal.ts';
import { openStepNetwork } from './network/open-step-network.ts';
import { type StepEndpoint, withToken } from './network/step-endpoint.ts';
import { collectOutput, type OutputCollector } from './steps/collect-output.ts';
import { type CommandEnd, runCommand } from './steps/run-command.ts';
import { describeEnd, ofSpan, startStepSpan } from './steps/step-span.ts';
import type { StepUsers } from './steps/step-users.ts';

/** Interval between announcements of a runner. Unit: ms. */
const ANNOUNCE_MS = 5_000;

/** Longest part of a log in one message, of which a character has at most 6 bytes in JSON. */
const LOG_PART_LENGTH = 131_072;

/** Dependencies of a runner. The caller closes the journal. */
export interface RunnerParts {
  readonly bus: Bus;
  readonly journal: Journal;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly name: string;
  /** This start; a later one has a higher text. */
  readonly start: string;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly users: StepUsers;
  /** Kinds of steps that it runs. */
  readonly capabilities: readonly RunnerCapability[];
  /** Most steps at once. */
  readonly places: number;
  /** Host resources of each step, except its user. */
  readonly isolation: Omit<Isolation, 'uid' | 'joined'>;
  /** The cgroup below which steps get their own; absent where each process is limited. */
  readonly memoryParent?: string | undefined;
  /** Hosts that steps may name; undefined if they may name none. */
  readonly hosts?: readonly NetworkHost[] | undefined;
  /** Address of the server for steps with a token; undefined where it is not known. */
  readonly endpoint?: StepEndpoint | undefined;
  /** Hears that a later start of this runner is on the bus. */
  readonly onReplaced: () => void;
}

/** A runner at work. */
export interface RunningRunner {
  /** Accepts nothing more, gives steps some time, and then ends them. */
  readonly stop: (graceMs: number) => Promise<void>;
}

interface RunningStep {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
  readonly output: OutputCollector;
}

interface Runner extends RunnerParts {
  /** Running steps, by attempt. */
  readonly running: Map<string, RunningStep>;
}

/** Reason of the signal that cancels a step. */
const STOPPED = 'stopped';

const LOST: RunnerOutcome = {
  kind: 'failed',
  effect: 'unknown',
  message: 'the runner has ended while the command ran: what it did is not known',
};

/** Starts a runner. What its predecessor left has ended with it, and is said to have. */
export function startRunner(parts: RunnerParts): RunningRunner {
  const runner = withEndpoint({ ...parts, running: new Map() });
  const { bus, name, journal, logger, timers } = runner;
  journal.recordStart(runner.start);
  for (const key of journal.endAll(LOST)) {
    logger.warn({ ...key }, 'an attempt has ended with an earlier start of the runner');
    publish(runner, key, LOST);
  }
  let leaveOrders = bus.respond(runnerOrderSubject(name), answerOrders(runner));
  let cancelAnnouncing = (): void => {};
  const announce = (): void => {
    bus.publish(runnerAnnounceSubject(name), announcementOf(runner));
    cancelAnnouncing = timers.after(ANNOUNCE_MS, announce);
  };
  const leave = [
    bus.respond(runnerOutcomeSubject(name), answerOutcomes(runner)),
    bus.respond(runnerLogSubject(name), answerLogs(runner)),
    bus.subscribe(runnerAnnounceSubject(name), (message) => {
      const heard = RunnerAnnouncement.safeParse(message);
      if (heard.success && heard.data.start > runner.start) runner.onReplaced();
    }),
  ];
  announce();
  return {
    stop: async (graceMs) => {
      leaveOrders();
      leaveOrders = () => {};
      cancelAnnouncing();
      await endAll(runner, graceMs);
      for (const unsubscribe of leave.splice(0)) unsubscribe();
    },
  };
}

/** Steps with a token may reach the server, and read the certificate of its authority. */
function withEndpoint(runner: Runner): Runner {
  const { endpoint, hosts, isolation } = runner;
  if (endpoint === undefined) return runner;
  const { rule, caFile } = endpoint;
  const readable = [...isolation.readable, ...(caFile === undefined ? [] : [caFile])];
  const rules = hosts === undefined ? {} : { hosts: [...hosts, rule] };
  return { ...runner, ...rules, isolation: { ...isolation, readable } };
}

async function endAll({ running, timers }: Runner, graceMs: number): Promise<void> {
  const cancel = timers.after(graceMs, () => {
    for (const { abort } of running.values()) abort.abort(STOPPED);
  });
  await Promise.all([...running.values()].map(({ ended }) => ended));
  cancel();
}

function announcementOf(runner: Runner): RunnerAnnouncement {
  const { name, start, version, capabilities, labels, places, running } = runner;
  const { isolation, memoryParent, hosts } = runner;
  return {
    protocol: RUNNER_PROTOCOL_VERSION,
    runner: name,
    start,
    version,
    capabilities: [
      ...capabilities,
      ...(memoryParent === undefined ? [] : [MEMORY_LIMIT]),
      ...(canCallServer(runner) ? [CALLS_SERVER] : []),
    ],
    labels,
    network: hosts === undefined ? isolation.network : 'hosts',
    places,
    running: running.size,
  };
}

function canCallServer({ endpoint, hosts, isolation }: Runner): boolean {
  return endpoint !== undefined && (hosts !== undefined || isolation.network === 'open');
}

function answerOrders(runner: Runner): Responder {
  return async (message): Promise<RunnerAcceptance> => {
    const order = RunnerOrder.safeParse(message);
    if (!order.success) return notUnderstood(runner, order.error);
    return accept(runner, withToken(order.data, runner.endpoint));
  };
}

function accept(runner: Runner, order: RunnerOrder): RunnerAcceptance {
  const { journal, users, running, places, start } = runner;
  if (order.start !== start) return { kind: 'another-start', current: start };
  const [program = ''] = order.words;
  if (program === '' || program.includes('=')) {
    const message = `The program of ${order.step} has no name, or one with "=", which is none.`;
    return { kind: 'not-understood', message };
  }
  if (order.token !== undefined && !canCallServer(runner)) {
    return { kind: 'not-understood', message: 'This runner has no --endpoint for a token.' };
  }
  if (order.ansible !== undefined && !runner.capabilities.includes('ansible')) {
    return { kind: 'not-understood', message: `This runner runs no playbooks of Ansible.` };
  }
  const refusal = refuseHosts(runner, order);
  if (refusal !== undefined) return { kind: 'not-understood', message: refusal };
  const known = journal.find(order);
  if (known?.kind === 'running') return { kind: 'accepted' };
  if (known?.kind === 'ended') {
    publish(runner, order, known.outcome);
    return { kind: 'accepted' };
  }
  const uid = running.size < places ? users.take() : undefined;
  if (uid === undefined) return { kind: 'busy' };
  const entry = recordOrGiveBack(runner, order, uid);
  if (entry.kind === 'superseded' || entry.kind === 'withdrawn') return entry;
  if (entry.kind !== 'recorded') return { kind: 'accepted' };
  const abort = new AbortController();
  const masked = [...order.masked, ...order.secrets.map(({ value }) => value)];
  const output = collectOutput(masked, order.ansible === undefined ? 'beginning' : 'last-line');
  const ended = run(runner, { order, uid, output, signal: abort.signal });
  running.set(keyOf(order), { abort, ended, output });
  return { kind: 'accepted' };
}

/**
 * Explains why a step may not use the hosts that it names; with the network `open` it reaches them.
 */
function refuseHosts(
  { hosts: rules, isolation }: Runner,
  { step, hosts = [] }: RunnerOrder,
): string | undefined {
  if (hosts.length === 0 || isolation.network === 'open') return undefined;
  if (rules === undefined) {
    const remedy = 'start it with --network hosts';
    return `The step ${step} names hosts, and steps of this runner reach none: ${remedy}.`;
  }
  const refused = hosts.filter((text) => {
    const host = parseNetworkHost(text, 'step');
    return !host.ok || !isHostAllowed(host.value, rules);
  });
  if (refused.length === 0) return undefined;
  return `The step ${step} may not reach ${refused.join(', ')}: its --allow-host has no such host.`;
}

/** Records an order, which must not begin otherwise: servers ask again after a fault. */
function recordOrGiveBack({ journal, users }: Runner, order: RunnerOrder, uid: number) {
  let isRecorded = false;
  try {
    const entry = journal.begin(order);
    isRecorded = entry.kind === 'recorded';
    return entry;
  } finally {
    if (!isRecorded) users.giveBack(uid);
  }
}

async function run(
  runner: Runner,
  step: {
    readonly order: RunnerOrder;
    readonly uid: number;
    readonly output: OutputCollector;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { journal, users, logger, running } = runner;
  const { order, uid, output, signal } = step;
  const key = { execution_id: order.execution_id, attempt: order.attempt };
  logger.info({ ...key, step: order.step, program: order.words[0] }, 'a command begins');
  const span = startStepSpan(runner, order);
  try {
    const end = await runInNetwork(runner, { order: ofSpan(order, span), uid, output, signal });
    if (end.isGone) users.giveBack(uid);
    else logger.error({ ...key, uid }, 'processes of a command cannot be killed: a place is lost');
    const outcome = outcomeOf(end, order, signal);
    span.end(describeEnd(outcome));
    journal.end(key, { outcome, log: 'output' in end ? end.output.log : '' });
    logger.info({ ...key, outcome: describe(outcome) }, 'a command has ended');
    publish(runner, key, outcome);
  } catch (cause) {
    // The journal goes on saying that it runs; the next start says that its end is not known.
    logger.error({ ...key, cause }, 'the end of a command cannot be recorded');
  } finally {
    running.delete(keyOf(order));
  }
}

/** Runs a command, with a network for the hosts that it names. */
async function runInNetwork(
  { timers, isolation, memoryParent, hosts: rules }: Runner,
  step: Parameters<typeof run>[1],
): Promise<CommandEnd> {
  const { order, uid, output, signal } = step;
  const { secrets, timeout_ms: timeoutMs, hosts = [] } = order;
  const memory = memoryParent === undefined ? {} : { memoryParent };
  const command = { ...commandOf(order), ...memory, secrets, output, timeoutMs };
  const named = hosts.flatMap((text) => {
    const host = parseNetworkHost(text, 'step');
    return host.ok ? [host.value] : [];
  });
  if (rules === undefined || named.length === 0) {
    return runCommand({ ...command, isolation: { ...isolation, uid } }, { timers, signal });
  }
  const network = await openStepNetwork(named, rules);
  if (!network.ok) return { kind: 'not-isolated', reason: network.error, isGone: true };
  try {
    const joined = network.value;
    return await runCommand(
      { ...command, isolation: { ...isolation, uid, joined } },
      { timers, signal },
    );
  } finally {
    network.value.close();
  }
}

function commandOf(order: RunnerOrder) {
  const { ansible, words, env, secrets, files = [] } = order;
  return ansible === undefined
    ? { words, env, files }
    : composePlaybook({ ansible, files, secrets, env });
}

function outcomeOf(
  end: CommandEnd,
  { ansible }: Pick<RunnerOrder, 'ansible'>,
  signal: AbortSignal,
): RunnerOutcome {
  if (end.kind === 'not-isolated') {
    return {
      kind: 'failed',
      effect: 'none',
      message: `the command could not be isolated: ${end.reason}`,
    };
  }
  const { log, stdout, isStdoutCut, lastLine, droppedBytes } = end.output;
  const printed = { log_length: log.length, dropped_bytes: droppedBytes };
  if (end.kind === 'exited') {
    // The last line of a playbook has its counts.
    const shown =
      ansible === undefined
        ? { stdout, stdout_cut: isStdoutCut }
        : { stdout: lastLine, stdout_cut: false };
    return { kind: 'exited', code: end.code, ...shown, ...printed };
  }
  const isStopped = end.kind === 'cancelled' && signal.reason === STOPPED;
  return { kind: 'ended', why: isStopped ? 'runner-stopped' : end.kind, ...printed };
}

/** For the log: what a command has printed is in its own. */
function describe(outcome: RunnerOutcome): string {
  if (outcome.kind === 'exited') return `exit code ${outcome.code}`;
  return outcome.kind === 'ended' ? outcome.why : outcome.message;
}

function publish({ bus, name }: Runner, key: AttemptKey, outcome: RunnerOutcome): void {
  const { execution_id, attempt } = key;
  const completion: RunnerCompletion = { execution_id, attempt, outcome };
  bus.publish(runnerCompletionSubject(name), completion);
}

function answerOutcomes(runner: Runner): Responder {
  return async (message): Promise<RunnerAnswer | RunnerAcceptance> => {
    const query = RunnerQuery.safeParse(message);
    if (!query.success) return notUnderstood(runner, query.error);
    const { withdraw, start, ...key } = query.data;
    if (withdraw?.cancel === true) runner.running.get(keyOf(key))?.abort.abort();
    const known =
      withdraw === undefined
        ? runner.journal.find(key)
        : runner.journal.withdraw(key, withdraw.dispatch);
    if (known === undefined) {
      // The journal that an order for that start would be in is gone.
      if (start !== undefined && !runner.journal.hasStart(start)) return { kind: 'forgotten' };
      return { kind: withdraw === undefined ? 'unknown' : 'withdrawn' };
    }
    if (known.kind === 'ended') return known;
    // Its end could not be recorded.
    const isOver = !runner.running.has(keyOf(key));
    return isOver ? { kind: 'ended', outcome: LOST } : { kind: 'running' };
  };
}

function answerLogs(runner: Runner): Responder {
  return async (message): Promise<OutgoingMessage> => {
    const query = RunnerLogQuery.safeParse(message);
    if (!query.success) return notUnderstood(runner, query.error);
    const { offset } = query.data;
    // The journal has the log of an attempt when that has ended.
    const output = runner.running.get(keyOf(query.data))?.output;
    if (output === undefined) {
      const text = runner.journal.readLog(query.data, { offset, length: LOG_PART_LENGTH });
      return { text } satisfies RunnerLog;
    }
    const text = output.log().slice(offset, offset + LOG_PART_LENGTH);
    return { text, dropped_bytes: output.droppedBytes() } satisfies RunnerLog;
  };
}

function notUnderstood({ logger }: Runner, error: z.ZodError): RunnerAcceptance {
  const { detail } = toValidationProblem(error, 'The message');
  logger.warn({ detail }, 'a message was not understood');
  return { kind: 'not-understood', message: detail };
}

function keyOf({ execution_id, attempt }: AttemptKey): string {
  return `${execution_id}/${attempt}`;
}
