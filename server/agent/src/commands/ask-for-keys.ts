/** Asks servers for the key of an encrypted content, whenever a driver opens one. */

import type { Bus } from '@novacron/bus/bus';
import { keyRequestSubject, keySubject } from '@novacron/contract/agent/agent-subjects';
import { type ContentId, KeyAnswer, type KeyRequest } from '@novacron/contract/agent/content-key';
import type { ControlPlaneClaim, ControlPlaneTerm } from '@novacron/contract/fleet/control-plane';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Timers } from '@novacron/runtime/timers';
import type { DriverProblem, KeySource } from '../drivers/driver.ts';

/** Messages may be lost: the request is repeated. Unit: ms. */
const REPEAT_MS = 1_000;

/** Repetitions before the answer is given up: the command is retried. */
const REPEATS_MAX = 8;

/** Dependencies of the requests. */
export interface KeyParts {
  readonly bus: Bus;
  readonly timers: Timers;
  readonly node: { readonly name: string };
  /** Names the requests of this start of the agent. */
  readonly incarnation: string;
  readonly journal: { readonly followed: () => ControlPlaneTerm | undefined };
  /** Whether a sender belongs to the control plane that the agent follows. */
  readonly isFollowed: (claim: ControlPlaneClaim | undefined) => Promise<boolean>;
}

/** Requests for keys. */
export interface KeyRequests {
  readonly keyOf: KeySource;
  readonly stop: () => void;
}

type Key = Result<string, DriverProblem>;

/** Listens for answers. Keys are kept nowhere. */
export function askForKeys(parts: KeyParts): KeyRequests {
  const { bus, timers, incarnation, journal, isFollowed } = parts;
  const node = parts.node.name;
  const waiting = new Map<string, (key: Key) => void>();
  let count = 0;

  async function hear(answer: KeyAnswer): Promise<void> {
    // Every server of the control plane answers: the first one counts.
    if (!waiting.has(answer.request) || !(await isFollowed(answer.control_plane))) return;
    const { request, key, refused = 'it said no reason' } = answer;
    waiting.get(request)?.(key === undefined ? err(refusal(refused)) : ok(key));
  }

  const leave = bus.subscribe(keySubject(node), (message) => {
    const answer = KeyAnswer.safeParse(message);
    if (answer.success) void hear(answer.data);
  });

  function keyOf(id: ContentId): Promise<Key> {
    count += 1;
    const request = `${incarnation}/${count}`;
    return new Promise((resolve) => {
      const end = (key: Key): void => {
        cancel();
        waiting.delete(request);
        resolve(key);
      };
      const ask = (repeatsLeft: number): void => {
        const follows = journal.followed();
        const asked: KeyRequest = { request, id, ...(follows === undefined ? {} : { follows }) };
        cancel = timers.after(REPEAT_MS, () =>
          repeatsLeft === 0 ? end(err(noAnswer(id))) : ask(repeatsLeft - 1),
        );
        bus.publish(keyRequestSubject(node), asked);
      };
      let cancel: () => void = () => undefined;
      waiting.set(request, end);
      ask(REPEATS_MAX);
    });
  }

  return {
    keyOf,
    stop: () => {
      leave();
      for (const end of [...waiting.values()]) end(err(refusal('the agent stops')));
    },
  };
}

/** A server that has read an old state of its store may think again. */
function refusal(why: string): DriverProblem {
  return { message: `A server gives this node no key: ${why}.`, next: 'retry', until: 'server' };
}

function noAnswer(id: ContentId): DriverProblem {
  const message = `No server has answered with the key of ${id}: the content is encrypted.`;
  return { message, next: 'retry', until: 'server' };
}
