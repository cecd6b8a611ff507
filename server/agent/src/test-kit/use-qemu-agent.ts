/** An agent with QEMU in a process of its own, and what servers send to it and hear of it. */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import { AgentCompletion, type CommandOutcome, Inspection } from '@novacron/contract/agent/agent';
import { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import {
  announceSubject,
  commandSubject,
  completionSubject,
  inspectSubject,
  leaseSubject,
} from '@novacron/contract/agent/agent-subjects';
import type { OperationId, VmId } from '@novacron/contract/ids';
import { JsonObject } from '@novacron/contract/json';
import { type NatsServer, startNats } from '../../../../test/support/services/start-nats.ts';
import { waitUntil } from '../../../../test/support/src/wait-until.ts';
import { type SiteOfTest, useQemuSite } from '../drivers/qemu/test-kit/use-qemu-site.ts';
import { type AgentProcess, launchAgent } from './launch-agent.ts';
import { createSampleIds } from './samples.ts';

/** Name of the node. */
export const NODE = 'node-01';

const NODE_FLAGS = ['--node', NODE, '--zone', 'zone-a', '--rack', 'rack-1'];

/** Flags that say what the node has. */
export const SIZE_FLAGS = ['--cpu-cores', '4', '--memory-gb', '1', '--disk-gb', '100'];

/** Resources of the running test. */
export interface QemuAgentScene {
  readonly site: SiteOfTest;
  /** The machine. */
  readonly vm_id: VmId;
  readonly ids: ReturnType<typeof createSampleIds>;
  /** Starts an agent, which is killed at the end of the test. */
  readonly launch: (
    flags?: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => AgentProcess;
  readonly announced: AgentAnnouncement[];
  readonly completed: AgentCompletion[];
  /** Sends a command, which the agent accepts. */
  readonly send: (action: object, generation: number, operation_id: OperationId) => Promise<void>;
  readonly awaitOutcome: (operation_id: OperationId) => Promise<CommandOutcome>;
  /**
   * Sends a command and waits for its outcome.
   * @param operation_id - that of an earlier command, which is then repeated
   */
  readonly command: (
    action: object,
    generation: number,
    operation_id?: OperationId,
  ) => Promise<CommandOutcome>;
  readonly inspect: () => Promise<Inspection['machines']>;
}

/** Starts NATS for the suite; each test has a site of its own. */
export function useQemuAgent(): QemuAgentScene {
  let nats: NatsServer;
  let bus: Bus;
  const agents: AgentProcess[] = [];
  const { site } = useQemuSite({
    end: async () => {
      for (const { child } of agents.splice(0)) child.kill('SIGKILL');
      await bus.close();
    },
  });
  const completed: AgentCompletion[] = [];
  const announced: AgentAnnouncement[] = [];
  const ids = createSampleIds();
  const vm_id = ids('vm');

  beforeAll(async () => {
    nats = await startNats({ jetstream: 'off' });
  });
  afterAll(() => nats.remove());
  beforeEach(async () => {
    const given = { servers: nats.url, retainedSubjects: [], onFault: () => {} };
    const opened = await openNatsBus(given);
    if (!opened.ok) throw new Error(opened.error.detail);
    bus = opened.value;
    completed.length = 0;
    announced.length = 0;
    bus.subscribe(completionSubject(NODE), (message) => {
      completed.push(AgentCompletion.parse(message));
    });
    bus.subscribe(announceSubject(NODE), (message) => {
      const said = AgentAnnouncement.parse(message);
      announced.push(said);
      const { incarnation = '', beat = 0 } = said;
      bus.publish(leaseSubject(NODE), { incarnation, beat, knows: ['stop-reason'] });
    });
  });

  const ask = async (subject: string, message: JsonObject) => {
    const answer = await bus.request(subject, message, { timeoutMs: 5_000 });
    if (!answer.ok) throw new Error(answer.error.detail);
    return answer.value;
  };

  const send: QemuAgentScene['send'] = async (action, generation, operation_id) => {
    const head = { protocol: 1, operation_id, step: 'a', vm_id, generation };
    await ask(commandSubject(NODE), JsonObject.parse({ ...head, action }));
  };

  const awaitOutcome: QemuAgentScene['awaitOutcome'] = (operation_id) =>
    waitUntil(
      'the completion',
      () => completed.find((each) => each.operation_id === operation_id)?.outcome,
    );

  return {
    site,
    vm_id,
    ids,
    launch: (flags = [], env = {}) => {
      const { directory, storageDir } = site;
      const places = ['--data-dir', join(directory, 'data'), '--run-dir', site.runDir(NODE)];
      const driver = ['--driver', 'qemu', '--accel', 'tcg', '--storage-dir', storageDir];
      const all = ['--bus', nats.url, ...NODE_FLAGS, ...places, ...driver, ...flags];
      const agent = launchAgent(all, { env });
      agents.push(agent);
      return agent;
    },
    announced,
    completed,
    send,
    awaitOutcome,
    command: async (action, generation, operation_id = ids('op')) => {
      await send(action, generation, operation_id);
      return awaitOutcome(operation_id);
    },
    inspect: async () => Inspection.parse(await ask(inspectSubject(NODE), {})).machines,
  };
}
