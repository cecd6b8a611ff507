/**
 * How an agent gets the key of an encrypted content when it needs it. It publishes a request on a
 * subject of its node, and servers of its control plane answer on another one. No key is in a
 * command, so none is in a journal.
 */
import { z } from 'zod';
import { ControlPlaneClaim, ControlPlaneTerm } from '../fleet/control-plane.ts';
import { SnapshotId, VolumeId } from '../ids.ts';

/** What has a key of its own: an encrypted volume, or a snapshot of one. */
export const ContentId = z.union([VolumeId, SnapshotId]);
export type ContentId = z.infer<typeof ContentId>;

/** Bytes of a key. */
export const CONTENT_KEY_BYTES = 32;

const REQUEST_LENGTH_MAX = 64;

/** Asks for a key. Repeated with the same `request` until an answer arrives. */
export const KeyRequest = z.looseObject({
  request: z.string().max(REQUEST_LENGTH_MAX, { abort: true }).describe('Names the answer'),
  id: ContentId,
  follows: ControlPlaneTerm.optional().describe('The control plane that the agent follows'),
});
export type KeyRequest = z.infer<typeof KeyRequest>;

/** The answer: the key, or the reason why the node does not get it. */
export const KeyAnswer = z.looseObject({
  request: z.string(),
  control_plane: ControlPlaneClaim.optional(),
  key: z.string().optional().describe('The bytes of the key in base64'),
  refused: z.string().optional().describe('A sentence, instead of a key'),
});
export type KeyAnswer = z.infer<typeof KeyAnswer>;
