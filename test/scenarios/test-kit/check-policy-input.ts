/** What policies are asked in scenarios fits the schema that their texts are checked with. */
import { POLICY_INPUT_SCHEMA } from '@novacron/contract/gen/policy-input-schema';
import { isRecord } from '@novacron/contract/json';

/** Throws where a question has what the schema lacks: no policy could be written about it. */
export function checkPolicyInput(input: object): void {
  const stranger = findStranger(POLICY_INPUT_SCHEMA, input, 'input');
  if (stranger !== undefined) throw new Error(`the schema of policies lacks ${stranger}`);
}

/** A member that the schema does not have, or a word that its list does not have. */
function findStranger(schema: unknown, value: unknown, path: string): string | undefined {
  if (!isRecord(schema) || value === null || value === undefined) return undefined;
  const { $ref, anyOf, enum: listed, items, properties, additionalProperties } = schema;
  if (typeof $ref === 'string') return findStranger(definitionOf($ref), value, path);
  if (Array.isArray(anyOf)) {
    const found = anyOf.filter(isRecord).map((each) => findStranger(each, value, path));
    return found.includes(undefined) ? undefined : found[0];
  }
  if (Array.isArray(listed) && !listed.includes(value)) return `${path} ${JSON.stringify(value)}`;
  if (Array.isArray(value)) return firstOf(value.map((each) => findStranger(items, each, path)));
  if (!isRecord(value) || !isRecord(properties)) return undefined;
  return firstOf(
    Object.entries(value).map(([key, each]) => {
      const inner = properties[key];
      const isFree = inner === undefined && additionalProperties !== false;
      if (inner === undefined) return isFree ? undefined : `${path}.${key}`;
      return findStranger(inner, each, `${path}.${key}`);
    }),
  );
}

function definitionOf(reference: string): unknown {
  const { definitions } = POLICY_INPUT_SCHEMA;
  const name = reference.slice('#/definitions/'.length);
  return isRecord(definitions) ? definitions[name] : undefined;
}

function firstOf(found: readonly (string | undefined)[]): string | undefined {
  return found.find((each) => each !== undefined);
}
