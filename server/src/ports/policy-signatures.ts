/** A key pair of Ed25519. */
export interface SignatureKeyPair {
  /** `ed25519:` and the public half in base64url. */
  readonly publicKey: string;
  /** The private half, for the store only, which seals it. */
  readonly privateKey: string;
}

/** Signs and checks texts (Ed25519, RFC 8032). What they mean is not here. */
export interface PolicySignatures {
  readonly makeKey: () => SignatureKeyPair;
  /** @returns base64 */
  readonly sign: (privateKey: string, text: string) => string;
  /** Whether the signature is of this text by this key; false for whatever is not a key either. */
  readonly verify: (publicKey: string, text: string, signature: string) => boolean;
  /** The same of a JSON Web Signature (RFC 7515), by a key in PEM as well. */
  readonly verifyJws: (
    publicKey: string,
    signed: { readonly algorithm: string; readonly text: string; readonly value: string },
  ) => boolean;
}
