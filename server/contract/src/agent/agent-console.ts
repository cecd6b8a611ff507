/**
 * The serial console of a machine over the bus. A server opens a session at the agent of the node,
 * asks for output again and again, and sends what its client types. Every message is a request of
 * the server, so an agent sends no more than is asked for, and needs no subject of another node.
 */
import { z } from 'zod';
import { ControlPlaneClaim } from '../fleet/control-plane.ts';
import { VmId } from '../ids.ts';

/** Most bytes of one message in either direction, before base64. */
export const CONSOLE_CHUNK_BYTES_MAX = 32_768;

/** Longest that an agent holds a request for output back. Unit: ms. */
export const CONSOLE_WAIT_MS_MAX = 10_000;

/** Characters of base64 that a chunk needs at most. */
const CHUNK_CHARACTERS_MAX = 4 * Math.ceil(CONSOLE_CHUNK_BYTES_MAX / 3);

const Chunk = z
  .string()
  .max(CHUNK_CHARACTERS_MAX, { abort: true })
  .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'must be base64');

/** Names a session: random, known to the server that opened it and to the agent. */
const SessionName = z.string().min(16).max(64);

/** Request of a server to a console. */
export const ConsoleRequest = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('open'),
    session: SessionName,
    vm_id: VmId,
    opened_by: z.string().max(256).describe('Name of the principal, for those who come later'),
    control_plane: ControlPlaneClaim,
  }),
  z.looseObject({
    kind: z.literal('read'),
    session: SessionName,
    wait_ms: z.int().min(0).max(CONSOLE_WAIT_MS_MAX),
  }),
  z.looseObject({ kind: z.literal('write'), session: SessionName, data: Chunk }),
  z.looseObject({ kind: z.literal('close'), session: SessionName }),
]);
export type ConsoleRequest = z.infer<typeof ConsoleRequest>;

/** Answer of the agent. */
export const ConsoleReply = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('done') }),
  z.looseObject({
    kind: z.literal('output'),
    data: Chunk.describe('Output of the guest since the last request, or its beginning'),
    lost_bytes: z.int().min(0).describe('Bytes before `data` that did not fit into the buffer'),
    ended: z.enum(['yes', 'no']).describe('`yes`: the console has closed, and this is the last'),
  }),
  z.looseObject({ kind: z.literal('refused'), message: z.string() }),
]);
export type ConsoleReply = z.infer<typeof ConsoleReply>;
