/**
 * Tells the server which creates are in the state, with few calls. Which of them the server still
 * holds is asked once a run and known by the resource that each has made, so that no state needs to
 * remember its key; they are confirmed together, behind the reads.
 */
import type { Client } from '@novacron/contract/client';
import { LIST_LIMIT_MAX } from '@novacron/contract/operation-shapes';
import { readAllPages } from './read-all-pages.ts';

/** How long keys are collected before they are sent. Unit: milliseconds. */
const COLLECT_MS = 25;

/** Terraform waits this long for a provider that it sends away, and a bit more. Milliseconds. */
const FAREWELL_MS_MAX = 1_000;

type KeyClient = Client<{ readonly signal?: AbortSignal; readonly retryMsMax?: number }>;

/** Confirms the creates of one run. */
export interface KeyAcknowledgement {
  /** Takes note that a state holds a resource: the answer of its create has arrived. */
  readonly confirm: (id: string, signal: AbortSignal) => Promise<void>;
  /** Ends when all creates of which that is known are confirmed or have failed to be. */
  readonly settle: () => Promise<void>;
  /** Takes note that a create has succeeded, and that its answer goes to Terraform. */
  readonly answer: (key: string) => void;
  /**
   * Confirms what was answered, now that Terraform has all answers. Else a second configuration
   * that says the same, run before the next plan of this one, would share what this one has made.
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

  /** A failure is no loss: the next run asks again. */
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
      const hurry = { signal: AbortSignal.timeout(FAREWELL_MS_MAX), retryMsMax: 0 };
      for (let start = 0; start < keys.length; start += LIST_LIMIT_MAX) {
        const some = keys.slice(start, start + LIST_LIMIT_MAX);
        await client.call('idempotency.confirm', { keys: some }, hurry);
      }
    },
  };
}

/** The keys that the server holds by the resources they made; none if it does not say. */
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
