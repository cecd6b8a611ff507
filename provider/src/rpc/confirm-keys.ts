/**
 * Tells the server which creates are in the state, with few calls: a plan cannot save that it told
 * so, and thus every plan until the next apply finds the same keys again. Which of them the server
 * still holds is asked once a run, and they are confirmed together, behind the reads.
 */
import type { Client } from '@novacron/contract/client';
import { LIST_LIMIT_MAX } from '@novacron/contract/operation-shapes';
import { readAllPages } from './read-all-pages.ts';

/** How long keys are collected before they are sent. Unit: milliseconds. */
const COLLECT_MS = 25;

type KeyClient = Client<{ readonly signal?: AbortSignal }>;

/** Confirms the creates of one run. */
export interface KeyConfirmation {
  /**
   * Takes the key of a create that a state holds.
   * @returns whether the server has forgotten it, so that the state may do so as well
   */
  readonly confirm: (key: string, signal: AbortSignal) => Promise<boolean>;
  /** Ends when all keys taken so far are confirmed or have failed to be. */
  readonly settle: () => Promise<void>;
}

/** @param prefix - what all keys of the deployment begin with */
export function createKeyConfirmation(client: KeyClient, prefix: string): KeyConfirmation {
  let held: Promise<Set<string> | undefined> | undefined;
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
    const answer = await client.call('idempotency.confirm', { keys });
    if (!answer.ok) return;
    const known = await held;
    for (const key of keys) known?.delete(key);
  }

  return {
    confirm: async (key, signal) => {
      held ??= listHeld(client, prefix, signal);
      const known = await held;
      if (known === undefined) return false;
      if (!known.has(key)) return true;
      if (waiting.length === 0) timer = setTimeout(() => void send(), COLLECT_MS).unref();
      if (!waiting.includes(key)) waiting.push(key);
      if (waiting.length >= LIST_LIMIT_MAX) void send();
      return false;
    },
    settle: send,
  };
}

/** The keys that the server holds; undefined if it does not say. */
async function listHeld(
  client: KeyClient,
  prefix: string,
  signal: AbortSignal,
): Promise<Set<string> | undefined> {
  const held = await readAllPages((page) =>
    client.call('idempotency.list', { ...page, prefix }, { signal }),
  );
  return held.ok ? new Set(held.value.map(({ id }) => id)) : undefined;
}
