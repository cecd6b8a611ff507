/** The keys below `input.resource` and `input.before`. */

/** Keys of `input.resource` that say what the resource is. */
export const IDENTITY_KEYS: readonly string[] = ['type', 'id', 'name'];

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
