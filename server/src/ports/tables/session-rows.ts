/** A sign-in of a browser. */
export interface SessionRow {
  readonly id: string;
  readonly tenant_id: string;
  /** SHA-256 of the cookie's value, hexadecimal: 256 random bits, so no salt is needed. */
  readonly secret_hash: string;
  /** `api_key`, or `oidc`: at an OpenID Connect issuer. */
  readonly method: string;
  /** Id of the API key, or of the person at the issuer. */
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
  /** Claims of the person from the issuer, as the current mapping reads them; null for keys. */
  readonly claims_json: string | null;
}

/** A sign-in at an issuer that has begun; its id is the SHA-256 of its state, hexadecimal. */
export interface SignInAttemptRow {
  readonly id: string;
  /** The page of the dashboard that is shown afterwards: a path of this server. */
  readonly return_path: string;
  readonly created_at_ms: number;
  readonly expires_at_ms: number;
}
