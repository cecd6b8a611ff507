/**
 * Messages from an event client: its credentials, unless a header carried them, and its
 * subscription. Console clients authenticate in the same way.
 */

import { EventFilter } from '@novacron/contract/events/event-filter';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { type Problem, problem, toValidationProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { parseJson } from '../http/parse-json.ts';

/** Browsers cannot set headers on a WebSocket: they say the key first, never in the URL. */
export const AuthenticateMessage = z.strictObject({
  type: z.literal('authenticate'),
  api_key: z.string().min(1).max(1024),
});

const SubscribeMessage = z.strictObject({
  type: z.literal('subscribe'),
  filter: EventFilter.default({}),
  after_position: z.int().min(0).optional(),
});

/** The length of what a client names its change of the filter by. */
const CHANGE_ID_LENGTH_MAX = 64;

const ChangeId = z.string().min(1).max(CHANGE_ID_LENGTH_MAX);

const ChangeFilterMessage = z.strictObject({
  type: z.literal('change_filter'),
  id: ChangeId.optional(),
  filter: EventFilter,
  after_position: z.int().min(0).optional(),
});

/** Returns the content of a message, regardless of its number of parts. */
export function toBytes(data: WebSocket.RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** A second key for a connection. */
export function keyKnown(): Problem {
  return problem('validation-failed', {
    detail: 'The connection already has an API key.',
    remedy: 'Send the key once: in the Authorization header or in the first message.',
  });
}

/** A subscription as a client asks for it. */
export type SubscribeMessage = z.infer<typeof SubscribeMessage>;

/** Another filter, as a client asks for it. */
export type ChangeFilterMessage = z.infer<typeof ChangeFilterMessage>;

/** A change of the filter that cannot be made: the filter that is in force stays. */
export interface BadChange {
  readonly type: 'bad_change';
  readonly id: string | undefined;
  readonly found: Problem;
}

/** Message from a client. */
export type ClientMessage =
  | z.infer<typeof AuthenticateMessage>
  | SubscribeMessage
  | ChangeFilterMessage
  | BadChange;

/** Reads a message. Problems: `validation-failed`. */
export function readClientMessage(bytes: Uint8Array): Result<ClientMessage, Problem> {
  const value = parseJson(bytes, 'message');
  if (!value.ok) return value;
  const schema = messageSchema(value.value);
  if (schema === undefined) {
    return err(
      problem('validation-failed', {
        detail: 'The type of the message is unknown.',
        remedy: 'Send {"type": "subscribe", "filter": {…}, "after_position": …}.',
        fields: [{ path: ['type'], message: 'must be authenticate, subscribe or change_filter' }],
      }),
    );
  }
  const parsed = schema.safeParse(value.value, IN_WORDS);
  if (parsed.success) return ok(parsed.data);
  const found = toValidationProblem(parsed.error, 'The message');
  const change = Change.safeParse(value.value);
  return change.success ? ok({ type: 'bad_change', id: change.data.id, found }) : err(found);
}

/** A change of the filter, whatever else is wrong with it. */
const Change = z.looseObject({
  type: z.literal('change_filter'),
  id: ChangeId.optional().catch(undefined),
});

const Typed = z.looseObject({ type: z.string() });

function messageSchema(value: unknown) {
  const typed = Typed.safeParse(value);
  switch (typed.data?.type) {
    case 'authenticate':
      return AuthenticateMessage;
    case 'subscribe':
      return SubscribeMessage;
    case 'change_filter':
      return ChangeFilterMessage;
    default:
      return undefined;
  }
}
