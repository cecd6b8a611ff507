/** Control plane that an agent follows, in the database of its journal. */
import {
  type ControlPlaneClaim,
  ControlPlaneTerm,
  judgeClaim,
} from '@novacron/contract/fleet/control-plane';
import type { AgentDatabase } from '../database/agent-database.ts';

/** Whether the sender of a message is followed. */
export type ClaimAnswer =
  /** @property follows - the term that is followed now; undefined where no sender has named one */
  | { readonly kind: 'followed'; readonly follows: ControlPlaneTerm | undefined }
  /** @property follows - the term that is followed instead */
  | { readonly kind: 'refused'; readonly follows: ControlPlaneTerm };

/** Reads the term that the agent of this database follows; undefined before the first. */
export function readFollowed(database: AgentDatabase): ControlPlaneTerm | undefined {
  const row = database
    .prepare(
      'SELECT control_plane_id AS id, term, number FROM followed_control_planes WHERE node = ?',
    )
    .get(database.node);
  return row === undefined ? undefined : ControlPlaneTerm.parse(row);
}

/**
 * Judges the sender of a message, and writes down its term if it is a new one. It has to be called
 * within the transaction in which the message is accepted: of two control planes whose messages
 * arrive together, one is followed.
 */
export function admitClaim(
  database: AgentDatabase,
  claim: ControlPlaneClaim | undefined,
  nowMs: number,
): ClaimAnswer {
  const followed = readFollowed(database);
  const verdict = judgeClaim(followed, claim);
  if (verdict === 'refused' && followed !== undefined)
    return { kind: 'refused', follows: followed };
  if (verdict === 'followed' && claim !== undefined) {
    const { id, term, number } = claim;
    database
      .prepare(
        `INSERT OR REPLACE INTO followed_control_planes
           (node, control_plane_id, term, number, since_ms)
         VALUES (?, ?, ?, ?, ?)`,
      )
      .run(database.node, id, term, number, nowMs);
    return { kind: 'followed', follows: { id, term, number } };
  }
  return { kind: 'followed', follows: followed };
}

/** Forgets the term that the agent of this database follows. */
export function forgetFollowed(database: AgentDatabase): void {
  database.prepare('DELETE FROM followed_control_planes WHERE node = ?').run(database.node);
}
