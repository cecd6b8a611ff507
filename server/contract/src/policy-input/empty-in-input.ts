/** Lists and maps in the input of policies: empty where they are not set. */
import { POLICY_INPUT_SCHEMA } from '../gen/policy-input-schema.ts';
import { isRecord, type Json } from '../json.ts';
import { collectionIn } from './policy-input-schema.ts';

/**
 * Returns what policies see of a value that is null: `count(input.resource.metadata) == 0` holds
 * for a resource without labels.
 * @param type - kind of the resource
 * @param key - key below `input.resource`
 */
export function emptyInInput(type: string, key: string): Json {
  const { definitions } = POLICY_INPUT_SCHEMA;
  const kind = isRecord(definitions) ? definitions[type] : undefined;
  const properties = isRecord(kind) ? kind.properties : undefined;
  const found = collectionIn(isRecord(properties) ? properties[key] : undefined);
  if (found === undefined) return null;
  return found === 'array' ? [] : {};
}
