/**
 * Sends steps to agents and receives their outcomes. The reply to a command is its acceptance;
 * completion arrives as a message, and because messages can be lost the agent is polled as well.
 */

import {
  AGENT_PROTOCOL_VERSION,
  AgentAcceptance,
  type AgentCommand,
  AgentCompletion,
  type CommandOutcome,
  OutcomeAnswer,
} from '@novacron/contract/agent/agent';
import type { AgentAction } from '@novacron/contract/agent/agent-actions';
import {
  ANY_NODE,
  commandSubject,
  completionSubject,
  nodeOfSubject,
  outcomeSubject,
} from '@novacron/contract/agent/agent-subjects';
import { ACTION_MS_MAX, commandMsMax } from '@novacron/contract/agent/command-limits';
import type { ControlPlaneClaim, ControlPlaneTerm } from '@novacron/contract/fleet/control-plane';
import type { JsonObject } from '@novacron/contract/json';
import { createShortLivedMap } from '@novacron/contract/short-lived-map';
import { formatTraceparent, type TraceContext } from '@novacron/contract/trace-context';
import { inSpan, type Tracer } from '@novacron/tracing/tracer';
import type { KernelDeps } from '../context/deps.ts';
import type { AgentStepAction } from '../definitions/operation-definition.ts';
import { askPeer } from './ask-peer.ts';
import { checkHold, checkSilence, isPointless } from './check-command.ts';
import { describeSilence } from './describe-silence.ts';

/** Timeout after which an agent that does not accept a command counts as unreachable. */
const ACCEPT_MS_MAX = 5_000;

/**
 * Time that an attempt waits for an agent. An agent that restarts, or whose lease expired while the
 * store was unavailable, accepts commands again within its next heartbeats; that must not use up
 * attempts.
 */
const REACH_MS_MAX = 10_000;

/** Interval between attempts to reach an unreachable agent. */
const REACH_MS = 500;

/** Interval between polls for a missing completion. */
const ASK_MS = 2_000;

/** The longest time of one attempt: its agent has given it up by then, also if it had to queue. */
function stepMsMax(kind: AgentAction['kind']): number {
  return commandMsMax(kind) + ACTION_MS_MAX;
}

/** One attempt at a step, as the agent's journal knows it. */
export interface StepAttempt {
  readonly operationId: string;
  /** Names the attempt: its journal entry at the agent. */
  readonly stepKey: string;
  /** Its position in the operation's log: later decisions have higher ones. */
  readonly sequence: number;
  /** The span that it belongs to. */
  readonly trace?: TraceContext | undefined;
  /** Start time, possibly under another server. Unit: milliseconds since the Unix epoch. */
  readonly startedAtMs?: number | undefined;
}

/** Performs steps on agents. */
export interface AgentSteps {
  /** Returns the outcome of an attempt; never rejects. */
  readonly perform: (attempt: StepAttempt, action: AgentStepAction) => Promise<CommandOutcome>;
  /** Has the agent cancel an attempt that is performed, where it can: its outcome says so. */
  readonly giveUp: (attempt: Pick<StepAttempt, 'operationId' | 'stepKey'>, node: string) => void;
  /** Stops listening and polling; pending attempts never resolve. */
  readonly stop: () => void;
}

/** A waiter for the end of an attempt. */
interface Waiter {
  resolve: (outcome: CommandOutcome) => void;
  /** Does nothing while no caller waits. */
  stopAsking: () => void;
}

type StepDeps = Pick<
  KernelDeps,
  'bus' | 'timers' | 'clock' | 'tracer' | 'controlPlane' | 'store' | 'serverVersion'
>;

/** Subscribes to completions. */
export function createAgentSteps(deps: StepDeps): AgentSteps {
  const waiting = createShortLivedMap<Waiter[]>();
  const givenUp = new Set<string>();
  let isStopped = false;
  const unsubscribe = deps.bus.subscribe(completionSubject(ANY_NODE), (message, subject) => {
    const completion = AgentCompletion.safeParse(message);
    if (!completion.success) return;
    const { operation_id, step, outcome } = completion.data;
    // The bus authenticates the subject, not the sender that the message names.
    tell(keyOf(nodeOfSubject(subject), operation_id, step), outcome);
  });

  /** A step that was released and taken over again has two waiters. */
  function tell(key: string, outcome: CommandOutcome): void {
    const waiters = waiting.get(key) ?? [];
    waiting.delete(key);
    givenUp.delete(key);
    for (const { resolve } of waiters) resolve(outcome);
  }

  function waitFor(key: string, waiter: Waiter): Promise<CommandOutcome> {
    return new Promise((resolve) => {
      waiter.resolve = resolve;
      const waiters = waiting.get(key);
      if (waiters === undefined) waiting.set(key, [waiter]);
      else waiters.push(waiter);
    });
  }

  /** Sends the command until an agent answers or the patience of the step is exhausted. */
  async function reachAgent(
    attempt: StepAttempt,
    action: AgentStepAction,
  ): Promise<CommandOutcome | undefined> {
    const giveUpAtMs = deps.clock.nowMs() + REACH_MS_MAX;
    let followed: ControlPlaneTerm | undefined;
    for (;;) {
      const answer = await askOnceUnderClaim(deps, { attempt, action, followed });
      if (answer.kind === 'answered') return answer.refusal;
      if (await isPointless(deps.store, action)) return { kind: 'succeeded', machine: null };
      if (isStopped || deps.clock.nowMs() + REACH_MS > giveUpAtMs) {
        const message = `node ${action.node} is unreachable: ${answer.detail}`;
        return { kind: 'failed', message, next: 'retry' };
      }
      // An agent that follows an earlier term needs no pause: it follows the next claim.
      if (answer.follows !== undefined && answer.follows.term !== followed?.term) {
        followed = answer.follows;
        continue;
      }
      await new Promise<void>((resolve) => void deps.timers.after(REACH_MS, resolve));
    }
  }

  return {
    perform: async (attempt, action) => {
      const { operationId, stepKey } = attempt;
      const key = keyOf(action.node, operationId, stepKey);
      const waiter: Waiter = { resolve: () => undefined, stopAsking: () => undefined };
      const completed = waitFor(key, waiter);
      const refusal = await sendInSpan(deps.tracer, attempt, action, async (traced, step) => {
        const checked = await checkSilence(deps.store, step);
        if (!checked.ok) return checked.error;
        const held = await checkHold(deps, step);
        if (!held.ok) return held.error;
        const asked = await askPeer(deps.bus, step);
        return asked.ok ? reachAgent(traced, asked.value) : asked.error;
      });
      if (refusal !== undefined) {
        tell(key, refusal);
        return refusal;
      }
      // An attempt that ended before its acceptance arrived need not be polled.
      if (!waiting.has(key)) return await completed;
      const isGivenUp = (): boolean => givenUp.has(key);
      const step = { operationId, stepKey, action, isGivenUp };
      waiter.stopAsking = askUntilEnded(deps, step, (outcome) => tell(key, outcome));
      if (isStopped) waiter.stopAsking();
      const outcome = await completed;
      waiter.stopAsking();
      return outcome;
    },
    giveUp: ({ operationId, stepKey }, node) => {
      const key = keyOf(node, operationId, stepKey);
      if (givenUp.has(key) || isStopped) return;
      givenUp.add(key);
      // Each later question repeats it; the outcome comes as that of any command.
      const query = { operation_id: operationId, step: stepKey, cancel: 'yes' };
      void deps.bus.request(outcomeSubject(node), query, { timeoutMs: ACCEPT_MS_MAX });
    },
    stop: () => {
      isStopped = true;
      unsubscribe();
      for (const { stopAsking } of waiting.values().flat()) stopAsking();
      waiting.clear();
    },
  };
}

function keyOf(node: string, operationId: string, stepKey: string): string {
  return `${node}/${operationId}/${stepKey}`;
}

/** Sends a command as a span of its own: OpenTelemetry's semantic conventions for messaging. */
function sendInSpan(
  tracer: Tracer | undefined,
  attempt: StepAttempt,
  action: AgentStepAction,
  send: (attempt: StepAttempt, action: AgentStepAction) => Promise<CommandOutcome | undefined>,
): Promise<CommandOutcome | undefined> {
  const { trace } = attempt;
  if (tracer === undefined || trace === undefined) return send(attempt, action);
  const context = tracer.plan(trace, 'command');
  const start = {
    name: 'send novacron.agent.command',
    kind: 'producer' as const,
    parent: trace,
    context,
    attributes: {
      'messaging.system': 'novacron',
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'send',
      'messaging.destination.name': commandSubject(action.node),
      'messaging.destination.template': commandSubject('{node}'),
    },
  };
  return inSpan(
    tracer,
    start,
    () => send({ ...attempt, trace: context }, action),
    (refusal) => (refusal === undefined ? {} : { status: { kind: 'error', message: 'refused' } }),
  );
}

type Asked =
  /** Accepted where there is no refusal. */
  | { readonly kind: 'answered'; readonly refusal: CommandOutcome | undefined }
  | {
      readonly kind: 'not-reached';
      readonly detail: string;
      /** The term that the agent follows, where that is why. */
      readonly follows?: ControlPlaneTerm;
    };

/** Sends a command once, under the claim that the agent needs to hear. */
async function askOnceUnderClaim(
  { bus, controlPlane, serverVersion }: StepDeps,
  command: {
    readonly attempt: StepAttempt;
    readonly action: AgentStepAction;
    readonly followed: ControlPlaneTerm | undefined;
  },
): Promise<Asked> {
  const { attempt, action, followed } = command;
  const claim = await controlPlane.claimFor(followed);
  if (!claim.ok) return { kind: 'not-reached', detail: claim.error.detail };
  if (claim.value === 'other') {
    return { kind: 'answered', refusal: notFollowed(action.node, followed) };
  }
  const reply = await bus.request(
    commandSubject(action.node),
    toCommand(attempt, action, { claim: claim.value, release: serverVersion }),
    { timeoutMs: ACCEPT_MS_MAX },
  );
  if (!reply.ok) return { kind: 'not-reached', detail: describeSilence(action.node, reply.error) };
  const acceptance = AgentAcceptance.safeParse(reply.value);
  if (acceptance.success && acceptance.data.kind === 'not-followed') {
    const { follows } = acceptance.data;
    return { kind: 'not-reached', detail: `its agent follows ${follows.term}`, follows };
  }
  return { kind: 'answered', refusal: readAcceptance(acceptance, action) };
}

/** Worth another attempt: the node may be taken over meanwhile. */
function notFollowed(node: string, followed: ControlPlaneTerm | undefined): CommandOutcome {
  const message =
    `the agent of node ${node} follows another control plane (${followed?.id}, term ` +
    `${followed?.number}) and refuses this one: novacron admin control-plane show`;
  return { kind: 'failed', message, next: 'retry' };
}

function toCommand(
  { operationId, stepKey, sequence, trace }: StepAttempt,
  step: AgentStepAction,
  { claim, release }: { readonly claim: ControlPlaneClaim; readonly release: string },
): JsonObject {
  return {
    protocol: AGENT_PROTOCOL_VERSION,
    operation_id: operationId,
    step: stepKey,
    vm_id: step.vmId,
    generation: step.generation,
    sequence,
    // Made of texts and a number; its loose schema says `unknown` for future fields.
    control_plane: { ...claim } as JsonObject,
    release,
    // Actions are made of JSON values only; their loose schemas say `unknown` for future fields.
    action: step.action as unknown as JsonObject,
    ...(trace === undefined ? {} : { traceparent: formatTraceparent(trace) }),
  } satisfies Record<Exclude<keyof AgentCommand, 'traceparent'>, unknown>;
}

/** Explains why the agent refuses the step; undefined if it accepts. */
function readAcceptance(
  acceptance: ReturnType<typeof AgentAcceptance.safeParse>,
  step: AgentStepAction,
): CommandOutcome | undefined {
  if (!acceptance.success) {
    const message = `the agent of ${step.node} sent an invalid response`;
    return { kind: 'failed', message, next: 'final' };
  }
  switch (acceptance.data.kind) {
    case 'accepted':
      return undefined;
    case 'stale-generation': {
      const message = `node ${step.node} has already seen generation ${acceptance.data.current}`;
      return { kind: 'failed', message, next: 'final' };
    }
    case 'superseded': {
      const message = `node ${step.node} has already received ${acceptance.data.by}`;
      return { kind: 'failed', message, next: 'final' };
    }
    case 'not-followed':
      return notFollowed(step.node, acceptance.data.follows);
    case 'not-understood':
      return { kind: 'failed', message: acceptance.data.message, next: 'final' };
    case 'not-journalled':
      return {
        kind: 'failed',
        message: `node ${step.node}: ${acceptance.data.message}`,
        next: 'retry',
      };
  }
}

/** Polls the agent's journal; returns a function that stops polling. */
function askUntilEnded(
  deps: Pick<KernelDeps, 'bus' | 'timers' | 'clock'>,
  step: {
    readonly operationId: string;
    readonly stepKey: string;
    readonly action: AgentStepAction;
    readonly isGivenUp: () => boolean;
  },
  onEnd: (outcome: CommandOutcome) => void,
): () => void {
  const giveUpAtMs = deps.clock.nowMs() + stepMsMax(step.action.action.kind);
  let isOver = false;
  let cancel = deps.timers.after(ASK_MS, () => void ask());
  const ask = async (): Promise<void> => {
    const answer = await askOnce(deps.bus, step);
    if (isOver) return;
    if (answer !== undefined) {
      onEnd(answer);
    } else if (deps.clock.nowMs() >= giveUpAtMs) {
      onEnd({ kind: 'failed', message: 'did not finish in time', next: 'retry' });
    } else {
      cancel = deps.timers.after(ASK_MS, () => void ask());
    }
  };
  return () => {
    isOver = true;
    cancel();
  };
}

async function askOnce(
  bus: KernelDeps['bus'],
  step: {
    readonly operationId: string;
    readonly stepKey: string;
    readonly action: AgentStepAction;
    readonly isGivenUp: () => boolean;
  },
): Promise<CommandOutcome | undefined> {
  const cancel = step.isGivenUp() ? { cancel: 'yes' } : {};
  const query = { operation_id: step.operationId, step: step.stepKey, ...cancel };
  const reply = await bus.request(outcomeSubject(step.action.node), query, {
    timeoutMs: ACCEPT_MS_MAX,
  });
  if (!reply.ok) return undefined;
  const answer = OutcomeAnswer.safeParse(reply.value);
  if (!answer.success) return undefined;
  switch (answer.data.kind) {
    case 'ended':
      return answer.data.outcome;
    case 'running':
      return undefined;
    case 'unknown':
      // The agent lost its journal with its disk: sending the same command again is the only
      // remedy.
      return { kind: 'failed', message: 'the agent has no record of the command', next: 'retry' };
  }
}
