/** The terms of control planes. */

/**
 * A row of `control_plane_terms`; the id is the term's. Its predecessor is the row at the position
 * before.
 */
export interface ControlPlaneTermRow {
  readonly id: string;
  readonly control_plane_id: string;
  /** Position among the terms of this store, from 1; null: a term of another store. */
  readonly position: number | null;
  /** Own term that took over from a term of another store; else null. */
  readonly successor: string | null;
  /**
   * `start` of a server, `rotation` while it runs, `restore` from a backup, `take-over` by an
   * admin, or `taken-over`: a term of another store.
   */
  readonly kind: string;
  readonly begun_at_ms: number;
  /** `server`, `restore`, or the principal that took over. */
  readonly begun_by: string;
}
