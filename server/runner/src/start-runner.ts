/**
 * A runner at work: it takes orders from the bus, records each in its journal, runs it isolated and
 * says how it ended. It announces itself, and gives way to a later start of itself.
 */
import type { Bus, Responder } from '@novacron/bus/bus';
import { type NetworkHost, parseNetworkHost } from '@novacron/contract/automation/network-host';
import {
  ARTIFACTS,
  CALLS_SERVER,
  MEMORY_LIMIT,
  RUNNER_PROTOCOL_VERSION,
  type RunnerAcceptance,
  RunnerAnnouncement,
  type RunnerAnswer,
  type RunnerCapability,
  type RunnerCompletion,
  RunnerOrder,
  type RunnerOutcome,
  RunnerQuery,
} from '@novacron/contract/automation/runner';
import {
  runnerAnnounceSubject,
  runnerArtifactSubject,
  runnerCompletionSubject,
  runnerLogSubject,
  runnerOrderSubject,
  runnerOutcomeSubject,
} from '@novacron/contract/automation/runner-subjects';
import type { Logger } from '@novacron/runtime/logger';
import type { Timers } from '@novacron/runtime/timers';
import type { Tracer } from '@novacron/tracing/tracer';
import { composePlaybook } from './ansible/compose-playbook.ts';
import { answerArtifacts, answerLogs, keyOf, notUnderstood } from './answer-requests.ts';
import type { Isolation, LoadedFile } from './isolation/isolate.ts';
import type { AttemptKey, Journal } from './journal/open-journal.ts';
import { openStepNetwork } from './network/open-step-network.ts';
import { type StepEndpoint, withToken } from './network/step-endpoint.ts';
import { canCallServer, refuseOrder } from './refuse-order.ts';
import type { SavedFiles } from './steps/collect-artifacts.ts';
import { collectOutput, type OutputCollector } from './steps/collect-output.ts';
import { type HeldArtifacts, holdArtifacts } from './steps/hold-artifacts.ts';
import { type CommandEnd, runCommand } from './steps/run-command.ts';
import { describeEnd, ofSpan, startStepSpan } from './steps/step-span.ts';
import type { StepUsers } from './steps/step-users.ts';

/** Interval between announcements of a runner. Unit: ms. */
const ANNOUNCE_MS = 5_000;

/** Time for servers to fetch artifacts after the last command has ended. Unit: ms. */
const FETCH_MS_MAX = 10_000;

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
  readonly held: HeldArtifacts;
}

/** Time to end for a step that calls the server, which may be in mid-apply. Unit: ms. */
const CALLING_GRACE_MS = 60_000;

/** Reason of the signal that cancels a step. */
const STOPPED = 'stopped';

const LOST: RunnerOutcome = {
  kind: 'failed',
  effect: 'unknown',
  message: 'the runner has ended while the command ran: what it did is not known',
};

/** Starts a runner. What its predecessor left has ended with it, and is said to have. */
export function startRunner(parts: RunnerParts): RunningRunner {
  const { bus, name, journal, logger, timers } = parts;
  const own = { ...parts, running: new Map(), held: holdArtifacts(timers) };
  const runner: Runner = withEndpoint(own);
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
    bus.respond(runnerArtifactSubject(name), answerArtifacts(runner)),
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
      await waitForFetches(runner, Math.min(graceMs, FETCH_MS_MAX));
      for (const unsubscribe of leave.splice(0)) unsubscribe();
      runner.held.close();
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

/** Gives servers some time to fetch what attempts have saved. */
function waitForFetches({ held, timers }: Runner, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = timers.after(graceMs, resolve);
    void held.emptied().then(() => {
      cancel();
      resolve();
    });
  });
}

async function endAll({ running, timers }: Runner, graceMs: number): Promise<void> {
  const cancel = timers.after(graceMs, () => {
    for (const { abort } of running.values()) abort.abort(STOPPED);
  });
  await Promise.all([...running.values()].map(({ ended }) => ended));
  cancel();
}

function announcementOf(runner: Runner): RunnerAnnouncement {
  const { name, start, version, capabilities, labels, places, running, held } = runner;
  const { isolation, memoryParent, hosts } = runner;
  return {
    protocol: RUNNER_PROTOCOL_VERSION,
    runner: name,
    start,
    version,
    capabilities: [
      ...capabilities,
      ARTIFACTS,
      ...(memoryParent === undefined ? [] : [MEMORY_LIMIT]),
      ...(canCallServer(runner) ? [CALLS_SERVER] : []),
    ],
    labels,
    network: hosts === undefined ? isolation.network : 'hosts',
    places,
    running: running.size + held.attempts(),
  };
}

function answerOrders(runner: Runner): Responder {
  return async (message): Promise<RunnerAcceptance> => {
    const order = RunnerOrder.safeParse(message);
    if (!order.success) return notUnderstood(runner.logger, order.error);
    return accept(runner, withToken(order.data, runner.endpoint));
  };
}

function accept(runner: Runner, order: RunnerOrder): RunnerAcceptance {
  const { journal, users, running, held, places, start } = runner;
  if (order.start !== start) return { kind: 'another-start', current: start };
  const refusal = refuseOrder(runner, order);
  if (refusal !== undefined) return { kind: 'not-understood', message: refusal };
  const known = journal.find(order);
  if (known?.kind === 'running') return { kind: 'accepted' };
  if (known?.kind === 'ended') {
    publish(runner, order, known.outcome);
    return { kind: 'accepted' };
  }
  const key = keyOf(order);
  const isPlaced = held.awaits(key) || running.size + held.attempts() < places;
  if (!isPlaced) return { kind: 'busy' };
  const missing = held.expect(key, order.artifacts?.load ?? []);
  if (missing !== undefined) return { kind: 'wanting', artifact: missing };
  const uid = users.take();
  if (uid === undefined) return { kind: 'busy' };
  const loaded = held.take(key);
  const entry = recordOrGiveBack(runner, order, uid);
  if (entry.kind === 'superseded' || entry.kind === 'withdrawn') return entry;
  if (entry.kind !== 'recorded') return { kind: 'accepted' };
  const abort = new AbortController();
  const masked = [...order.masked, ...order.secrets.map(({ value }) => value)];
  const output = collectOutput(masked, order.ansible === undefined ? 'beginning' : 'last-line');
  const ended = run(runner, { order, uid, loaded, output, signal: abort.signal });
  running.set(key, { abort, ended, output });
  return { kind: 'accepted' };
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
    readonly loaded: readonly LoadedFile[];
    readonly output: OutputCollector;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { journal, users, logger, running, held } = runner;
  const { order, uid, signal } = step;
  const key = { execution_id: order.execution_id, attempt: order.attempt };
  logger.info({ ...key, step: order.step, program: order.words[0] }, 'a command begins');
  const span = startStepSpan(runner, order);
  try {
    const end = await runInNetwork(runner, { ...step, order: ofSpan(order, span) });
    if (end.isGone) users.giveBack(uid);
    else logger.error({ ...key, uid }, 'processes of a command cannot be killed: a place is lost');
    const outcome = outcomeOf(end, order, signal);
    if (end.kind === 'exited' && end.saved.kind === 'saved' && end.saved.files.size > 0) {
      held.hold(keyOf(order), end.saved.files);
    }
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
  const { order, uid, loaded, output, signal } = step;
  const saved = order.artifacts?.save ?? [];
  const { secrets, timeout_ms: timeoutMs, hosts = [] } = order;
  const memory = memoryParent === undefined ? {} : { memoryParent };
  const files = { ...commandOf(order), secrets, loaded, saved };
  const grace = order.token === undefined ? {} : { graceMs: CALLING_GRACE_MS };
  const command = { ...files, ...memory, ...grace, output, timeoutMs };
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
  { ansible, artifacts }: Pick<RunnerOrder, 'ansible' | 'artifacts'>,
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
    const saved = artifacts === undefined ? {} : { artifacts: describeSaved(end.saved) };
    const said = errorIn(log, end.code);
    return { kind: 'exited', code: end.code, ...shown, ...said, ...saved, ...printed };
  }
  const isStopped = end.kind === 'cancelled' && signal.reason === STOPPED;
  return { kind: 'ended', why: isStopped ? 'runner-stopped' : end.kind, ...printed };
}

function describeSaved(saved: SavedFiles): Extract<RunnerOutcome, { kind: 'exited' }>['artifacts'] {
  if (saved.kind === 'fault') return saved;
  const list = Array.from(saved.files, ([name, { bytes, sha256 }]) => {
    return { name, bytes: bytes.length, sha256 };
  });
  return { kind: 'saved', list };
}

/** Longest reason of a failure. Unit: characters. */
const ERROR_LENGTH_MAX = 500;

/** Why a command has failed, where its last line says so as many programs do. */
function errorIn(log: string, code: number): { readonly error?: string } {
  if (code === 0) return {};
  const line = log.trimEnd().split('\n').at(-1) ?? '';
  const [, error] = /^error: (.+)/i.exec(line) ?? [];
  return error === undefined ? {} : { error: error.slice(0, ERROR_LENGTH_MAX) };
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
    if (!query.success) return notUnderstood(runner.logger, query.error);
    const { withdraw, start, ...key } = query.data;
    if (withdraw?.cancel === true) runner.running.get(keyOf(key))?.abort.abort();
    if (withdraw !== undefined) runner.held.take(keyOf(key));
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
