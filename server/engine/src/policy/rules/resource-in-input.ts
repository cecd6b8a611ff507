/** Builds the resource as policies see it: its identity and its fields in one object. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import { type copyJsonObject, setOwn } from '../../copy-json.ts';
import type { ResourceInQuestion } from '../model/policy.ts';

/** Keys of `input.resource` that say what the resource is. */
export const IDENTITY_KEYS: readonly string[] = ['type', 'id', 'name'];

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

/**
 * Returns the key of a field below `input.resource`. A field whose name is taken by the resource's
 * identity carries its kind: the storage class of a volume is `volume_type`, since `type` says that
 * it is a volume.
 */
export function keyInInput(type: string, fieldName: string): string {
  if (fieldName === 'name' || !IDENTITY_KEYS.includes(fieldName)) return fieldName;
  return `${type}_${fieldName}`;
}

/** Returns the field of a key of `input.resource`: the inverse of {@link keyInInput}. */
export function fieldOfKey(type: string, key: string): string {
  const taken = IDENTITY_KEYS.find((name) => name !== 'name' && key === `${type}_${name}`);
  return taken ?? key;
}
