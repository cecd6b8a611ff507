/** `novacron_api_key`: an API key for one run of Terraform, revoked at its end. */
import { randomBytes } from 'node:crypto';
import type { EphemeralResource } from '../framework/ephemeral-resource.ts';
import { int, string } from '../framework/schema/attributes.ts';
import { ephemeralSchema } from '../framework/schema/schema.ts';
import { between, lengthBetween } from '../framework/schema/validators.ts';
import { toUserError } from '../rpc/await-operation.ts';
import { farewell } from '../rpc/farewell.ts';
import type { Session } from '../rpc/session.ts';

/** Long enough for a run, short enough that a key of a killed run does no harm for long. */
const EXPIRES_IN_HOURS_DEFAULT = 1;

/** For longer a key belongs to a person or a program, not to a run. */
const EXPIRES_IN_HOURS_MAX = 24;

const NAME_DEFAULT = 'terraform';
const NAME_LENGTH_MAX = 40;

/** Two keys of a tenant with the same name cannot exist. */
const SUFFIX_BYTES = 6;

const schema = ephemeralSchema({
  description:
    'An API key that each run creates and revokes at its end, such as the key of another ' +
    '`novacron` provider block. The key of a run that was killed expires. It is stored in no ' +
    'state and no plan. Needs Terraform 1.10.',
  attributes: {
    role: string({
      required: true,
      description:
        'Role of the key: `admin`, `operator`, `viewer`, or a role of the tenant; at most the ' +
        "rights of the provider's own key.",
    }),
    tenant: string({
      optional: true,
      description:
        'Id or name of another tenant that the key is for: only for keys of the first tenant. ' +
        "Default: the tenant of the provider's own key.",
    }),
    name: string({
      optional: true,
      validators: [lengthBetween(1, NAME_LENGTH_MAX)],
      description:
        'Beginning of the name of the key, which the provider makes unique. Default: `terraform`.',
    }),
    expires_in_hours: int({
      optional: true,
      validators: [between(1, EXPIRES_IN_HOURS_MAX)],
      description:
        'Lifetime of a key that is not revoked: longer than the longest run. It is limited by ' +
        "that of the provider's own key. Unit: hours. Default: 1.",
    }),
    id: string({ computed: true, description: 'Id of the key.' }),
    key: string({ computed: true, sensitive: true, description: 'The API key.' }),
    expires_at: string({
      computed: true,
      nullable: true,
      description: 'Expiry, RFC 3339 in UTC.',
    }),
  },
});

/** Opens a key for a run and revokes it at its end. */
export const apiKeyResource: EphemeralResource<typeof schema, Session> = {
  schema,
  async open(config, { client: session, signal }) {
    const { role, tenant, name, expires_in_hours: hours } = config;
    const of = tenant === null ? {} : { tenant };
    const answer = await session.client.call(
      'api_key.create',
      {
        role,
        ...of,
        name: `${name ?? NAME_DEFAULT}-${randomBytes(SUFFIX_BYTES).toString('hex')}`,
        expires_in_hours: hours ?? EXPIRES_IN_HOURS_DEFAULT,
      },
      { signal },
    );
    if (!answer.ok) throw toUserError(answer.error, 'open novacron_api_key');
    const { resource, secret } = answer.value;
    const { id, expires_at } = resource;
    session.openKeys.set(id, { id, ...of });
    return { result: { ...config, id, key: secret, expires_at }, private: id };
  },
  async close(id, { client: session, diagnostics, signal }) {
    const input = typeof id === 'string' ? session.openKeys.get(id) : undefined;
    if (input === undefined) return;
    session.openKeys.delete(input.id);
    const answer = await session.client.call('api_key.delete', input, { signal });
    if (answer.ok || answer.error.code === 'not-found') return;
    diagnostics.warning({
      summary: `Not revoked: API key ${input.id}`,
      detail: `${answer.error.detail}\n\nIt ends when it expires. ${answer.error.remedy}`,
    });
  },
};

/**
 * Revokes the keys that are still open when Terraform ends: it closes nothing that a resource with
 * an error has used.
 */
export async function revokeOpenKeys({ client, openKeys }: Session): Promise<void> {
  const hurry = farewell();
  const inputs = [...openKeys.values()];
  openKeys.clear();
  // What cannot be revoked in time expires.
  await Promise.all(inputs.map((input) => client.call('api_key.delete', input, hurry)));
}
