/** `novacron_token`: a credential for one run of Terraform, stored in no state and no plan. */
import type { Role } from '@novacron/contract/access/identity';
import { TOKEN_SECONDS_MAX } from '@novacron/contract/access/token';
import type { EphemeralResource } from '../framework/ephemeral-resource.ts';
import { int, string } from '../framework/schema/attributes.ts';
import { ephemeralSchema } from '../framework/schema/schema.ts';
import { between } from '../framework/schema/validators.ts';
import { toUserError } from '../rpc/await-operation.ts';
import type { Session } from '../rpc/session.ts';

const TOKEN_SECONDS_MIN = 60;

const schema = ephemeralSchema({
  description:
    'A short-lived token for the programs that a run configures, such as another provider. It is ' +
    'never stored. Needs Terraform 1.10.',
  attributes: {
    role: string({
      optional: true,
      computed: true,
      description:
        'Role of the token: the role of the caller, which is the default, or a lower one.',
    }),
    expires_in_seconds: int({
      optional: true,
      validators: [between(TOKEN_SECONDS_MIN, TOKEN_SECONDS_MAX)],
      description:
        'Lifetime, limited by that of the credential that requests it. Default: 900. ' +
        'Unit: seconds.',
    }),
    token: string({
      computed: true,
      sensitive: true,
      description: 'The token; it can be used like an API key.',
    }),
    principal: string({
      computed: true,
      description: 'The principal that the token authenticates.',
    }),
    expires_at: string({ computed: true, description: 'Expiry, RFC 3339 in UTC.' }),
  },
});

/** Opens a token for a run. A single token cannot be revoked, so there is nothing to close. */
export const tokenResource: EphemeralResource<typeof schema, Session> = {
  schema,
  async open({ role, expires_in_seconds: seconds }, { client: session, signal }) {
    const answer = await session.client.call(
      'token.create',
      {
        // The validator of the attribute permits roles only.
        ...(role === null ? {} : { role: role as Role }),
        ...(seconds === null ? {} : { expires_in_seconds: seconds }),
      },
      { signal },
    );
    if (!answer.ok) throw toUserError(answer.error, 'open novacron_token');
    const { resource, secret } = answer.value;
    return {
      result: {
        role: resource.role,
        expires_in_seconds: seconds,
        token: secret,
        principal: resource.principal,
        expires_at: resource.expires_at,
      },
    };
  },
};
