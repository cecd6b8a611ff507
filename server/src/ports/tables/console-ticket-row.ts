/** A ticket that opens a console once. */
export interface ConsoleTicketRow {
  /** SHA-256 of the ticket, hexadecimal. */
  readonly id: string;
  readonly tenant_id: string;
  readonly vm_id: string;
  /** Id of the session, of the key, or of the holder of the token, that it was made for. */
  readonly principal_id: string;
  /** Control plane that made it: a restored copy of the store does not accept it. */
  readonly control_plane_id: string;
  readonly expires_at_ms: number;
}
