import type { Clock } from '@novacron/runtime/clock';
import type { CertificateCrypto } from '../ports/certificates.ts';
import type { SignInIssuer } from '../ports/sign-in-issuer.ts';
import type { TokenCrypto, TokenVerifier } from '../ports/tokens.ts';
import { createCertificates } from './certificates/create-certificates.ts';
import { createTokenCrypto } from './jwt/create-token-crypto.ts';
import {
  createOidcVerifier,
  type IssuerCalls,
  type OidcIssuer,
} from './oidc/create-oidc-verifier.ts';
import { createSignInIssuer, type SignInClient } from './oidc/create-sign-in-issuer.ts';
import { type WatchedRules, watchGroupRules } from './oidc/watch-group-rules.ts';

/** Configuration of an issuer besides the mapping of its claims. */
interface ConfiguredIssuer<Rules> extends OidcIssuer {
  readonly client: SignInClient['client'] | undefined;
  readonly mapping: WatchedRules<Rules> | undefined;
}

/** Active ports of an issuer. */
interface IssuerPorts<Rules> {
  readonly verifier: TokenVerifier;
  readonly signIn: SignInIssuer | undefined;
  readonly rules: (() => Rules) | undefined;
}

/** Everything about tokens and certificates that a server of this configuration works with. */
export function openTokenPorts<Mapping extends object, Rules>(
  config: { readonly oidc: (ConfiguredIssuer<Rules> & Mapping) | undefined },
  calls: IssuerCalls & { readonly clock: Clock },
): {
  readonly tokens: TokenCrypto;
  readonly certificates: CertificateCrypto;
  readonly oidc?: Mapping & IssuerPorts<Rules>;
} {
  const tokens = createTokenCrypto();
  const certificates = createCertificates();
  const { oidc } = config;
  if (oidc === undefined) return { tokens, certificates };
  const { client, mapping } = oidc;
  const ports: IssuerPorts<Rules> = {
    verifier: createOidcVerifier(oidc, calls),
    signIn: client === undefined ? undefined : createSignInIssuer({ ...oidc, client }, calls),
    rules: mapping === undefined ? undefined : watchGroupRules(mapping, calls),
  };
  return { tokens, certificates, oidc: { ...oidc, ...ports } };
}
