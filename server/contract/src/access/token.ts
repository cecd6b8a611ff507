/** Tokens: short-lived credentials that this server signs (JWT, RFC 7519). */
import { z } from 'zod';
import { TokenId } from '../ids.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';
import { RoleName } from './identity.ts';

/** A token lives no longer than this: what cannot be revoked alone must end soon. Unit: s. */
export const TOKEN_SECONDS_MAX = 86_400;

const TOKEN_SECONDS_MIN = 60;
const TOKEN_SECONDS_DEFAULT = 900;

/** Requested token. */
export const TokenRequest = z.strictObject({
  role: RoleName.optional().describe('Role of the token. Default: the role of the caller'),
  expires_in_seconds: z
    .int()
    .min(TOKEN_SECONDS_MIN)
    .max(TOKEN_SECONDS_MAX)
    .default(TOKEN_SECONDS_DEFAULT)
    .describe("Unit: seconds. At most the remaining lifetime of the caller's credential"),
});

/** A token as answers describe it: never the token itself. */
const Token = z.looseObject({
  id: TokenId,
  principal: PrincipalName,
  role: RoleName,
  expires_at: Timestamp,
});

/** The answer; the secret is in it and nowhere else. */
export const IssuedToken = z.looseObject({
  resource: Token,
  secret: z.string().describe('Sent like an API key: Authorization: Bearer …'),
});
export type IssuedToken = z.infer<typeof IssuedToken>;
