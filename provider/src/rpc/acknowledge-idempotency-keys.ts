/**
 * Acknowledges idempotency keys: reports to the server which creates are in the state, with few
 * calls. The keys that the server still stores are listed once a run, by the resource that each has
 * created, so that no state has to store its key; they are confirmed in batches, after the reads.
 */
import type { Client } from '@novacron/contract/client/client';
import { LIST_LIMIT_MAX } from '@novacron/contract/operation/operation-shapes';
import { farewell } from './farewell.ts';
import { inPortions } from './in-portions.ts';
import { readAllPages } from './read-all-pages.ts';

/** Time for which keys are collected before they are sent. Unit: milliseconds. */
const COLLECT_MS = 25;

type KeyClient = Client<{ readonly signal?: AbortSignal; readonly retryMsMax?: number }>;

/** Acknowledges the idempotency keys of one run. */
export interface KeyAcknowledgement {
  /** Records that a state contains a resource: the answer of its create has arrived. */
  readonly confirm: (id: string, signal: AbortSignal) => Promise<void>;
  /** Resolves when all recorded keys are confirmed or their confirmation has failed. */
  readonly settle: () => Promise<void>;
  /** Records that a create has succeeded and that its answer is sent to Terraform. */
  readonly answer: (key: string) => void;
  /**
   * Confirms all answered creates, once Terraform has all answers. Otherwise a second configuration
   * with the same content, run before the next plan of this one, would get the same resources.
   */
  readonly acknowledgeAnswered: () => Promise<void>;
}

/** @param prefix - what all keys of the deployment begin with */
export function createKeyAcknowledgement(client: KeyClient, prefix: string): KeyAcknowledgement {
  let held: Promise<Map<string, string>> | undefined;
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();
  let answered: string[] = [];

  function send(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const keys = waiting;
    waiting = [];
    if (keys.length > 0) sending = Promise.all([sending, confirmAll(keys)]).then(() => undefined);
    return sending;
  }

  /** A failure does no harm: the next run confirms the keys. */
  async function confirmAll(keys: string[]): Promise<void> {
    await client.call('idempotency.confirm', { keys });
  }

  return {
    confirm: async (id, signal) => {
      held ??= listHeld(client, prefix, signal);
      const keys = await held;
      const key = keys.get(id);
      if (key === undefined) return;
      keys.delete(id);
      if (waiting.length === 0) timer = setTimeout(() => void send(), COLLECT_MS).unref();
      waiting.push(key);
      if (waiting.length >= LIST_LIMIT_MAX) void send();
    },
    settle: send,
    answer: (key) => void answered.push(key),
    acknowledgeAnswered: async () => {
      const keys = answered;
      answered = [];
      const hurry = farewell();
      for (const some of inPortions(keys)) {
        await client.call('idempotency.confirm', { keys: some }, hurry);
      }
    },
  };
}

/** Returns the stored keys by the resources that they created; none if the call fails. */
async function listHeld(
  client: KeyClient,
  prefix: string,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const held = await readAllPages((page) =>
    client.call('idempotency.list', { ...page, prefix }, { signal }),
  );
  return new Map(held.ok ? held.value.map(({ id, resource_id }) => [resource_id, id]) : []);
}
