/** Certificates (X.509, RFC 5280) as a port: an authority of our own, and what it signs. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';

/** An authority. */
export interface Authority {
  readonly certificatePem: string;
  /** PKCS #8: for the store only, which seals it. */
  readonly privatePem: string;
}

/** A certificate that was signed just now. */
export interface SignedCertificate {
  readonly certificatePem: string;
  /** Hexadecimal. */
  readonly serial: string;
  /** SHA-256 of the public key that it is for, hexadecimal. */
  readonly keyHash: string;
  readonly expiresAtMs: number;
}

/** Certificate request to sign. */
export interface CertificateOrder {
  /** Only its key counts: what it says of names is not believed. */
  readonly requestPem: string;
  /** A URI. */
  readonly identity: string;
  readonly nowMs: number;
  readonly lifetimeMs: number;
}

/** A key pair and the certificate for it. */
export interface OwnCertificate {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** Makes authorities, and signs for them. */
export interface CertificateCrypto {
  readonly makeAuthority: (nowMs: number) => Promise<Authority>;
  /** Problems: `validation-failed` for a request that is none, `unavailable` when the key is. */
  readonly sign: (
    authority: Authority,
    order: CertificateOrder,
  ) => Promise<Result<SignedCertificate, Problem>>;
  /** Makes a key and signs for it. Problems: as above. */
  readonly signOwn: (
    authority: Authority,
    order: Omit<CertificateOrder, 'requestPem'>,
  ) => Promise<Result<OwnCertificate, Problem>>;
  /**
   * The subject of a valid certificate that this authority has signed, if the sender
   * it has its key.
   * @param proof - `signature`: of the text, in base64
   * @returns undefined for anything else
   */
  readonly identify: (
    authority: Pick<Authority, 'certificatePem'>,
    proof: {
      readonly certificatePem: string;
      readonly text: string;
      readonly signature: string;
      readonly nowMs: number;
    },
  ) => string | undefined;
}
