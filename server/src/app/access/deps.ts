import type { TokenCrypto } from '../../ports/tokens.ts';
import type { KernelDeps } from '../kernel/context/deps.ts';
import type { OidcAccess } from './oidc-access.ts';

/** What authentication needs besides the kernel's ports. */
export interface AccessDeps extends KernelDeps {
  /** Signs and checks tokens; undefined where there are API keys only. */
  readonly tokens: TokenCrypto | undefined;
  /** The OpenID Connect issuer whose tokens are accepted; undefined where none is configured. */
  readonly oidc: OidcAccess | undefined;
}
