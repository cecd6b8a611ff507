/**
 * Control plane that sends a message, and the control plane an agent follows. A control plane is a
 * store with its servers; each start of a server commits a new term, which names the previous term.
 * An agent follows one term and accepts only that term or a successor, so that it refuses either
 * the original or its restored copy. docs/decisions/0028 has the reasons. Source of the idea: terms
 * of Raft (Ongaro and Ousterhout, 2014); fencing tokens (M. Kleppmann, "How to do distributed
 * locking").
 */
import { z } from 'zod';

/** A term of a control plane. */
export const ControlPlaneTerm = z.looseObject({
  id: z.string().describe('Id of the control plane: made once for each store'),
  term: z.string().describe('Id of the term: made by each start of a server'),
  number: z.int().describe('Position of the term in its control plane, from 1'),
});
export type ControlPlaneTerm = z.infer<typeof ControlPlaneTerm>;

/** Claim of a server in commands and lease renewals. */
export const ControlPlaneClaim = ControlPlaneTerm.extend({
  after: z
    .array(z.string())
    .optional()
    .describe(
      'Earlier terms that this one follows: the one that the agent followed when it announced ' +
        'itself, and the latest ones, because the agent may follow another one since',
    ),
});
export type ControlPlaneClaim = z.infer<typeof ControlPlaneClaim>;

/** A sender whose messages an agent refused. */
export const RefusedSender = z.looseObject({
  control_plane: ControlPlaneTerm.nullable().describe('null: the messages named none'),
  at: z.string().describe('Time its last message was refused. RFC 3339, UTC.'),
});
export type RefusedSender = z.infer<typeof RefusedSender>;

/** Verdict of an agent on a message. */
export type ClaimVerdict =
  /** The agent follows this term already, or follows none and the message names none. */
  | 'accepted'
  /** The agent follows the claimed term from now on. */
  | 'followed'
  | 'refused';

/**
 * Judges a message by the term that an agent follows. The first claim is followed; after that, a
 * message without a claim is refused.
 */
export function judgeClaim(
  followed: ControlPlaneTerm | undefined,
  claim: ControlPlaneClaim | undefined,
): ClaimVerdict {
  if (followed === undefined) return claim === undefined ? 'accepted' : 'followed';
  if (claim === undefined) return 'refused';
  if (claim.term === followed.term) return 'accepted';
  return claim.after?.includes(followed.term) === true ? 'followed' : 'refused';
}
