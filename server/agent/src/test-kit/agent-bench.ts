/** One node on a bus, for tests that talk to its agent as a server does. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import {
  AGENT_PROTOCOL_VERSION,
  AgentAcceptance,
  type AgentCommand,
  AgentCompletion,
  type CommandTarget,
  Inspection,
  OutcomeAnswer,
} from '@novacron/contract/agent/agent';
import type { AgentAction } from '@novacron/contract/agent/agent-actions';
import {
  ANY_NODE,
  commandSubject,
  completionSubject,
  inspectSubject,
  outcomeSubject,
} from '@novacron/contract/agent/agent-subjects';
import type { Machine } from '@novacron/contract/agent/machine';
import type { JsonObject } from '@novacron/contract/json';
import { assert } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { SimulatorDriver } from '../drivers/simulator/open-simulator-driver.ts';
import {
  type EmbeddedFleet,
  type EmbeddedFleetOptions,
  startEmbeddedFleet,
} from '../start-embedded-fleet.ts';
import { createSampleIds, createSampleRng, sampleNode } from './samples.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

const ANSWER_MS_MAX = 1_000;

/** Nothing here has to outlast a power cut, and flushing to a disk is most of what a test costs. */
const MEMORY_DISK = '/dev/shm';

/** A node with its agent, and everything that a server would do to them. */
export interface AgentBench {
  readonly bus: Bus;
  readonly time: VirtualTime;
  readonly fleet: EmbeddedFleet;
  readonly ids: ReturnType<typeof createSampleIds>;
  /** Every completion so far, oldest first. */
  readonly completions: readonly AgentCompletion[];
  readonly driver: () => SimulatorDriver;
  readonly command: (
    target: CommandTarget,
    generation: number,
    action: AgentAction,
  ) => AgentCommand;
  readonly send: (command: AgentCommand) => Promise<AgentAcceptance>;
  /** Sends a message as it is and hands the answer back as it is. */
  readonly sendRaw: (subject: string, message: object) => Promise<JsonObject>;
  readonly outcomeOf: (command: AgentCommand) => Promise<OutcomeAnswer>;
  readonly machines: () => Promise<readonly Machine[]>;
  /** The agent dies without a word and comes back on the same files. */
  readonly crash: () => Promise<void>;
  /** The same in the middle of a turn: what was not committed is lost. */
  readonly kill: () => Promise<void>;
  /**
   * Returns the number of transactions that the agent has committed: each is a flush to the disk.
   */
  readonly commitCount: () => number;
  /** Stops everything and removes the files. */
  readonly dispose: () => Promise<void>;
}

/** Starts the node `node-01` with an agent and an empty folder. */
export function openAgentBench({
  wallStepMs,
  ...options
}: Pick<EmbeddedFleetOptions, 'latencyMs' | 'capabilities'> & {
  /** Returns the offset by which the host's clock was set since the start. Unit: ms. */
  readonly wallStepMs?: () => number;
} = {}): AgentBench {
  const node = sampleNode();
  const time = createVirtualTime();
  const ids = createSampleIds();
  // Whom a killed agent owed an answer gets a fault, which is no news here.
  const bus = openMemoryBus({ timers: time.timers, onFault: () => {} });
  const memory = existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir();
  const dataDir = mkdtempSync(join(memory, 'novacron-agent-'));
  let commitCount = 0;
  const completions: AgentCompletion[] = [];
  bus.subscribe(completionSubject(ANY_NODE), (message) =>
    completions.push(AgentCompletion.parse(message)),
  );
  const { timers } = time;
  const clock: Clock = {
    ...time.clock,
    nowMs: () => time.clock.nowMs() + (wallStepMs?.() ?? 0),
  };
  const nextTurn = (callback: () => void): void => {
    commitCount += 1;
    time.nextTurn(callback);
  };
  const rng = createSampleRng();
  const fleet = startEmbeddedFleet({
    fleet: { nodes: [node] },
    bus,
    dataDir,
    clock,
    timers,
    rng,
    nextTurn,
    ...options,
  });

  async function sendRaw(subject: string, message: object): Promise<JsonObject> {
    const answer = await bus.request(subject, message, { timeoutMs: ANSWER_MS_MAX });
    assert(answer.ok, `the agent answers: ${JSON.stringify(answer)}`);
    return answer.value;
  }

  return {
    bus,
    time,
    fleet,
    ids,
    completions,
    sendRaw,
    driver: () => {
      const driver = fleet.drivers.get(node.name);
      assert(driver !== undefined, 'the agent runs');
      return driver;
    },
    command: (vm_id, generation, action) => {
      const [protocol, operation_id] = [AGENT_PROTOCOL_VERSION, ids('op')];
      return { protocol, operation_id, step: action.kind, vm_id, generation, action };
    },
    send: async (command) =>
      AgentAcceptance.parse(await sendRaw(commandSubject(node.name), command)),
    outcomeOf: async ({ operation_id, step }) =>
      OutcomeAnswer.parse(await sendRaw(outcomeSubject(node.name), { operation_id, step })),
    machines: async () => Inspection.parse(await sendRaw(inspectSubject(node.name), {})).machines,
    crash: async () => {
      await fleet.stopAgent(node.name);
      fleet.restartAgent(node.name);
    },
    kill: async () => {
      await fleet.killAgent(node.name);
      fleet.restartAgent(node.name);
    },
    commitCount: () => commitCount,
    dispose: async () => {
      await fleet.stop();
      await bus.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}
