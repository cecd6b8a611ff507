/**
 * Resource identities, which never change: Terraform 1.12 and later store them beside the state.
 */
import { castValue } from '../../cty/cast-value.ts';
import { CtyError } from '../../cty/cty-error.ts';
import type { CtyType } from '../../cty/cty-type.ts';
import type { ValueRecord } from '../../cty/value.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { UserError } from '../../framework/diagnostics/user-error.ts';
import type { Resource } from '../../framework/resource.ts';
import type { Schema } from '../../framework/schema/schema.ts';
import type {
  IdentityAttribute,
  IdentitySchema,
  IdentitySchemasResponse,
  ImportRequest,
  ResourceIdentity,
  UpgradeIdentityRequest,
  UpgradeIdentityResponse,
} from '../../gen/tfplugin6.ts';
import { lookUp } from '../session/look-up.ts';
import { runHandler } from '../session/run-handler.ts';
import type { AnyProvider, Session } from '../session/session.ts';
import { diagnosticsToWire } from '../translation/translate-diagnostics.ts';
import { objectFromWire, rawStateFromWire, valueToWire } from '../translation/translate-value.ts';

type AnyResource = Resource<Schema, unknown>;

/** All releases have used the same form of identities. */
const IDENTITY_VERSION = 0n;

/** The form of each resource's identity. */
export function getResourceIdentitySchemas(provider: AnyProvider): IdentitySchemasResponse {
  const schemas = Object.entries(provider.resources).flatMap(([type, resource]) => {
    const { identity: name, schema } = resource;
    if (name === undefined) return [];
    const attribute: IdentityAttribute = {
      name,
      type: Buffer.from(JSON.stringify('string')),
      required_for_import: true,
      optional_for_import: false,
      description: schema.attributes[name]?.description ?? '',
    };
    const found: IdentitySchema = { version: IDENTITY_VERSION, identity_attributes: [attribute] };
    return [[type, found] as const];
  });
  return { identity_schemas: Object.fromEntries(schemas), diagnostics: [] };
}

/** The identity of an object; undefined where it has none or does not exist. */
export function identityToWire(
  { identity: name }: AnyResource,
  state: ValueRecord | null,
): ResourceIdentity | undefined {
  const value = name === undefined ? undefined : state?.[name];
  if (name === undefined || typeof value !== 'string') return undefined;
  return { identity_data: valueToWire(typeOf(name), { [name]: value }) };
}

/**
 * Returns the id to import: from the import id of the user, or from the identity.
 * @throws UserError when there is neither
 */
export function importIdOf(request: ImportRequest, { identity: name }: AnyResource): string {
  if (request.identity === undefined || name === undefined) return request.id;
  const given = objectFromWire(typeOf(name), request.identity.identity_data)?.[name];
  if (typeof given === 'string' && given !== '') return given;
  throw new UserError({
    summary: `The identity of the ${request.type_name} to import is not complete`,
    detail: `Set ${name} in the identity of the import block, or use the id instead.`,
  });
}

/** Upgrades a stored identity to the current form, which is the only one so far. */
export async function upgradeResourceIdentity(
  request: UpgradeIdentityRequest,
  session: Session,
): Promise<UpgradeIdentityResponse> {
  const diagnostics = new Diagnostics();
  const what = `read the stored identity of ${request.type_name}`;
  const identity = await runHandler({ diagnostics, log: session.log, what }, () => {
    const { identity: name } = lookUp(session.provider.resources, request.type_name);
    if (name === undefined || request.version > IDENTITY_VERSION) throw tooNew(request);
    const { value, mismatches } = castValue(typeOf(name), rawStateFromWire(request.raw_identity));
    const [mismatch] = mismatches;
    if (mismatch !== undefined) throw new CtyError(mismatch.path, mismatch.message);
    return { identity_data: valueToWire(typeOf(name), value) };
  });
  return { upgraded_identity: identity, diagnostics: diagnosticsToWire(diagnostics) };
}

function typeOf(name: string): CtyType {
  return ['object', { [name]: 'string' }];
}

function tooNew({ version }: UpgradeIdentityRequest): UserError {
  return new UserError({
    summary: 'The identity was written by a newer version of the provider',
    detail:
      `It has version ${version}, but this provider supports versions up to ${IDENTITY_VERSION}. ` +
      'Use the newer provider.',
  });
}
