/** Notices that another agent runs for the same node, wherever on the bus that is. */
import type { Bus } from '@novacron/bus/bus';
import { BeatHead } from '@novacron/contract/agent/agent-announcement';
import { announceSubject, inspectSubject } from '@novacron/contract/agent/agent-subjects';
import type { JsonObject } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';

/** Time limit for another agent's answer. */
const ANSWER_MS_MAX = 2_000;

/**
 * Checks whether another agent already answers for a node, before its own agent starts.
 * @returns `conflict` if there is one; undefined if there is none
 */
export async function findDuplicateAgent(bus: Bus, node: string): Promise<Problem | undefined> {
  const answer = await bus.request(inspectSubject(node), {}, { timeoutMs: ANSWER_MS_MAX });
  // One that broke down over the question is there, too. Silence is that of a dead connection.
  const isThere = answer.ok || answer.error.code === 'internal';
  return isThere ? duplicateAgentProblem(node) : undefined;
}

/** Agents to listen for. */
export interface DuplicateAgentOptions {
  readonly bus: Bus;
  /** Names of this process's own nodes. */
  readonly nodes: ReadonlySet<string>;
  readonly incarnation: string;
  /** Hears, once, that this process has to give way to an earlier start. */
  readonly onEarlier: (found: Problem) => void;
}

/**
 * Listens for agents with the names of these nodes. Of two, the one that started later gives way.
 * It takes two beats of another one to believe in it: one may be the last word of a dead agent that
 * was on its way for long.
 * @returns a function that stops listening
 */
export function detectDuplicateAgent(parts: DuplicateAgentOptions): () => void {
  const { bus, nodes, incarnation, onEarlier } = parts;
  const lastBeats = new Map<string, number>();
  const hear = (message: JsonObject): void => {
    const said = BeatHead.safeParse(message);
    if (!said.success || !nodes.has(said.data.node)) return;
    const { node, incarnation: other = '', beat, agent_silent_ms } = said.data;
    // Its process of heartbeats has survived it, or it hangs: no agent runs there for now.
    if (other >= incarnation || agent_silent_ms !== undefined) return;
    const key = `${node} ${other}`;
    const lastBeat = lastBeats.get(key);
    const isSameBeat = beat !== undefined && beat === lastBeat;
    lastBeats.set(key, beat ?? 0);
    if (lastBeat === undefined || isSameBeat) return;
    leave();
    onEarlier(duplicateAgentProblem(node));
  };
  const ends = [...nodes].map((node) => bus.subscribe(announceSubject(node), hear));
  const leave = (): void => {
    for (const end of ends.splice(0)) end();
  };
  return leave;
}

function duplicateAgentProblem(node: string): Problem {
  return problem('conflict', {
    detail: `Another agent is running for node ${node} on this message bus.`,
    remedy: 'Stop the other agent first, or set another --node for this one.',
    data: { node },
  });
}
