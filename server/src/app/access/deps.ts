import type { TokenCrypto } from '../../ports/tokens.ts';
import type { Vault } from '../../ports/vault.ts';
import type { KernelDeps } from '../kernel/context/deps.ts';
import type { OidcAccess } from './oidc-access.ts';
import type { SessionTimes } from './session-times.ts';

/** Dependencies of authentication besides the kernel's ports. */
export interface AccessDeps extends KernelDeps {
  /** Signs and checks tokens; undefined where there are API keys only. */
  readonly tokens: TokenCrypto | undefined;
  /** The OpenID Connect issuer whose tokens are accepted; undefined where none is configured. */
  readonly oidc: OidcAccess | undefined;
  /** Has values of secrets besides the store; undefined where none is configured. */
  readonly vault: Vault | undefined;
  /** The times of the moment: sessions, and tokens made in them, end by them. */
  readonly settings: { readonly sessions: SessionTimes };
}
