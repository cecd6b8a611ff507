/** The subjects of the message bus at which agents publish, and at which they answer. */

/** Prefix of all agent subjects. */
const AGENTS = 'novacron.agent.';

/**
 * Every subject of an agent names its node, so that the message bus can confine each agent to its
 * own: no agent publishes or subscribes in the name of another node. In a subscription `*` stands
 * for any node.
 */
function subjectOf(nodeName: string, what: string): string {
  return `${AGENTS}${nodeName}.${what}`;
}

/** Stands for every node in a subject that is subscribed to. */
export const ANY_NODE = '*';

/** The node that a subject of an agent belongs to; empty for other subjects. */
export function nodeOfSubject(subject: string): string {
  if (!subject.startsWith(AGENTS)) return '';
  const end = subject.indexOf('.', AGENTS.length);
  return subject.slice(AGENTS.length, end === -1 ? undefined : end);
}

/**
 * Returns the prefix of the subjects of answers to servers, each followed by two words from the
 * requester.
 */
export function answerSubject(nodeName: string): string {
  return subjectOf(nodeName, 'answer');
}

/**
 * Subjects on which servers receive agents' answers: an agent publishes only on its node's
 * subjects.
 */
export const AGENT_ANSWERS = {
  pattern: answerSubject(ANY_NODE),
  of: (subject: string): string | undefined => {
    const node = nodeOfSubject(subject);
    return node === '' ? undefined : answerSubject(node);
  },
} as const;

/** Returns the subject on which a node's agent announces that it is alive and what the node has. */
export function announceSubject(nodeName: string): string {
  return subjectOf(nodeName, 'announce');
}

/** Returns the subject on which servers acknowledge a node's announcements with `LeaseRenewal`. */
export function leaseSubject(nodeName: string): string {
  return subjectOf(nodeName, 'lease');
}

/** Returns the subject of a node's `AgentCompletion` messages, see `agent.ts`. */
export function completionSubject(nodeName: string): string {
  return subjectOf(nodeName, 'completion');
}

/** Returns the subject of a node's `CommandProgress` messages, see `agent-progress.ts`. */
export function progressSubject(nodeName: string): string {
  return subjectOf(nodeName, 'progress');
}

/** Returns the subject of a node's `UsageReport` messages, see `agent-usage.ts`. */
export function usageSubject(nodeName: string): string {
  return subjectOf(nodeName, 'usage');
}

/** The subject on which an agent reports that a machine changed without a command. */
export function machineSubject(nodeName: string): string {
  return subjectOf(nodeName, 'machine');
}

/** Returns the subject on which a node's agent answers `AgentCommand` of `agent.ts`. */
export function commandSubject(nodeName: string): string {
  return subjectOf(nodeName, 'command');
}

/**
 * Returns the subject on which an agent answers `OutcomeQuery` with `OutcomeAnswer`, both of
 * `agent.ts`.
 */
export function outcomeSubject(nodeName: string): string {
  return subjectOf(nodeName, 'outcome');
}

/**
 * Returns the subject on which an agent answers an empty message with `Inspection` of `agent.ts`,
 * and the `MigrationQuery` of `migration.ts` if it announces `migrationTransfer`.
 */
export function inspectSubject(nodeName: string): string {
  return subjectOf(nodeName, 'inspect');
}

/** Returns the subject on which an agent answers the `ConsoleRequest` of `agent-console.ts`. */
export function consoleSubject(nodeName: string): string {
  return subjectOf(nodeName, 'console');
}

/**
 * Returns the subject on which an agent answers the `GuestQuery` of `guest-check.ts`, if it
 * announces `guestCheck`.
 */
export function guestSubject(nodeName: string): string {
  return subjectOf(nodeName, 'guest');
}

/**
 * Returns the subject on which an agent answers the `HealthQuery` of `health-query.ts`, if it
 * announces `healthCheck`.
 */
export function healthSubject(nodeName: string): string {
  return subjectOf(nodeName, 'health');
}

/**
 * Returns the subject on which an agent answers the `PoolHeartbeatQuery` of `pool-heartbeat.ts`, if
 * it announces `poolHeartbeat`.
 */
export function poolHeartbeatSubject(nodeName: string): string {
  return subjectOf(nodeName, 'pool-heartbeat');
}

/**
 * Returns the subject on which an agent answers the `TailQuery` of `console-tail.ts`, if it
 * announces `consoleTail`.
 */
export function consoleTailSubject(nodeName: string): string {
  return subjectOf(nodeName, 'console-tail');
}

/** Returns the subject on which a node's agent asks for the key of a content: `KeyRequest`. */
export function keyRequestSubject(nodeName: string): string {
  return subjectOf(nodeName, 'key-request');
}

/** Returns the subject on which servers answer with `KeyAnswer`. */
export function keySubject(nodeName: string): string {
  return subjectOf(nodeName, 'key');
}
