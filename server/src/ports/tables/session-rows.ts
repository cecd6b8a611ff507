/** A sign-in of a browser. */
export interface SessionRow {
  readonly id: string;
  readonly tenant_id: string;
  /** SHA-256 of the cookie's value, hexadecimal: 256 random bits, so no salt is needed. */
  readonly secret_hash: string;
  /** `api_key`: the one way to sign in. */
  readonly method: string;
  /** Id of the API key. */
  readonly principal_id: string;
  readonly principal_name: string;
  readonly client_address: string | null;
  readonly user_agent: string | null;
  readonly created_at_ms: number;
  readonly last_used_at_ms: number;
  /** It ends then, unless it is used before. */
  readonly expires_at_ms: number;
  /** It ends then, used or not. */
  readonly ends_at_ms: number;
}
