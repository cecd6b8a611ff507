/** A bus of a test's own, over which it commands one agent as a server does. */
import type { Bus } from '@novacron/bus/bus';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import { AgentCompletion, type CommandOutcome, Inspection } from '@novacron/contract/agent/agent';
import { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import {
  announceSubject,
  commandSubject,
  completionSubject,
  inspectSubject,
} from '@novacron/contract/agent/agent-subjects';
import { JsonObject } from '@novacron/contract/json';
import { startNats } from '../../../../test/support/services/start-nats.ts';
import { waitUntil } from '../../../../test/support/src/wait-until.ts';
import { createSampleIds } from './samples.ts';

const ANSWER_MS_MAX = 10_000;

/** The bus. */
export interface CommandingBus {
  readonly url: string;
  /** Waits for the first announcement after this call. */
  readonly announcement: () => Promise<AgentAnnouncement>;
  /** Sends a command. @returns its outcome; throws where it did not succeed */
  readonly succeed: (vmId: string, action: object, generation: number) => Promise<CommandOutcome>;
  readonly inspect: () => Promise<Inspection['machines']>;
  readonly close: () => Promise<void>;
}

/** Starts NATS and connects to it. @param node - the agent's */
export async function openCommandingBus(node: string): Promise<CommandingBus> {
  const nats = await startNats({ jetstream: 'off' });
  const opened = await openNatsBus({ servers: nats.url, retainedSubjects: [], onFault: () => {} });
  if (!opened.ok) throw new Error(opened.error.detail);
  const bus: Bus = opened.value;
  const completed: AgentCompletion[] = [];
  const announced: AgentAnnouncement[] = [];
  const ids = createSampleIds();
  bus.subscribe(completionSubject(node), (message) => {
    completed.push(AgentCompletion.parse(message));
  });
  bus.subscribe(announceSubject(node), (message) => {
    announced.push(AgentAnnouncement.parse(message));
  });

  async function ask(subject: string, message: JsonObject) {
    const answer = await bus.request(subject, message, { timeoutMs: ANSWER_MS_MAX });
    if (!answer.ok) throw new Error(answer.error.detail);
    return answer.value;
  }

  return {
    url: nats.url,
    announcement: () => {
      const known = announced.length;
      return waitUntil('an announcement', () => announced[known]);
    },
    succeed: async (vm_id, action, generation) => {
      const operation_id = ids('op');
      const head = { protocol: 1, operation_id, step: 'a', vm_id, generation };
      await ask(commandSubject(node), JsonObject.parse({ ...head, action }));
      const outcome = await waitUntil(
        'the completion',
        () => completed.find((each) => each.operation_id === operation_id)?.outcome,
      );
      if (outcome.kind !== 'succeeded') throw new Error(JSON.stringify(outcome));
      return outcome;
    },
    inspect: async () => Inspection.parse(await ask(inspectSubject(node), {})).machines,
    close: async () => {
      await bus.close();
      await nats.remove();
    },
  };
}
