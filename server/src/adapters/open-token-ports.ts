import type { Logger } from '@novacron/runtime/logger';
import type { Breakers } from '../ports/breakers.ts';
import type { CertificateCrypto } from '../ports/certificates.ts';
import type { TokenCrypto, TokenVerifier } from '../ports/tokens.ts';
import { createCertificates } from './certificates/create-certificates.ts';
import { createTokenCrypto } from './jwt/create-token-crypto.ts';
import { createOidcVerifier, type OidcIssuer } from './oidc/create-oidc-verifier.ts';

/** Everything about tokens and certificates that a server of this configuration works with. */
export function openTokenPorts<Mapping extends object>(
  config: { readonly oidc: (OidcIssuer & Mapping) | undefined },
  calls: { readonly logger: Logger; readonly breakers: Breakers },
): {
  readonly tokens: TokenCrypto;
  readonly certificates: CertificateCrypto;
  readonly oidc?: OidcIssuer & Mapping & { readonly verifier: TokenVerifier };
} {
  const tokens = createTokenCrypto();
  const certificates = createCertificates();
  const { oidc } = config;
  if (oidc === undefined) return { tokens, certificates };
  return { tokens, certificates, oidc: { ...oidc, verifier: createOidcVerifier(oidc, calls) } };
}
