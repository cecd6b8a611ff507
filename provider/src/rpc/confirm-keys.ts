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

type KeyClient = Client<{ readonly signal?: AbortSignal }>;

/** Confirms the creates of one run. */
export interface KeyConfirmation {
  /** Takes note that a state holds a resource: the answer of its create has arrived. */
  readonly confirm: (id: string, signal: AbortSignal) => Promise<void>;
  /** Ends when all creates of which that is known are confirmed or have failed to be. */
  readonly settle: () => Promise<void>;
}

/** @param prefix - what all keys of the deployment begin with */
export function createKeyConfirmation(client: KeyClient, prefix: string): KeyConfirmation {
  let held: Promise<Map<string, string>> | undefined;
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();

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
