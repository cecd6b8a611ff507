/** Builds the resource as policies see it: its identity and its fields in one object. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import { keyInInput } from '@novacron/contract/policy-input/input-keys';
import { type copyJsonObject, setOwn } from '../../copy-json.ts';
import type { ResourceInQuestion } from '../model/policy.ts';

/**
 * Builds `input.resource`.
 * @param unknownFields - names of fields that are left out, because they are not known yet
 */
export function resourceInInput(
  resource: ResourceInQuestion,
  unknownFields: readonly string[],
): PolicyInput['resource'] {
  const { type, id, fields } = resource;
  const seen: ReturnType<typeof copyJsonObject> = {};
  for (const name of Object.keys(fields)) {
    if (unknownFields.includes(name)) continue;
    setOwn(seen, keyInInput(type, name), fields[name]);
  }
  const name = unknownFields.includes('name') ? null : resource.name;
  return Object.assign(seen, { type, id, name });
}
