/** Policy inputs in scenarios match the schema that policy texts are checked with. */
import { POLICY_INPUT_SCHEMA } from '@novacron/contract/gen/policy-input-schema';
import { isRecord, type JsonObject } from '@novacron/contract/json';
import { judgedInput } from '@novacron/contract/policy-input/judged-input';

/**
 * Throws where a question has what the schema lacks: no policy could be written about it. That of a
 * policy for this action and kind alone is as wide.
 */
export function checkPolicyInput(input: object): void {
  const { action, resource } = Object(input);
  const judged = { actions: [action], kinds: [Object(resource).type] };
  for (const schema of [POLICY_INPUT_SCHEMA, judgedInput(judged)({})]) {
    const stranger = findStranger(schema, input, { path: 'input', root: schema });
    if (stranger !== undefined) throw new Error(`the schema of policies lacks ${stranger}`);
  }
}

/** Location of a value, and the schema that contains the definitions. */
interface Place {
  readonly path: string;
  readonly root: JsonObject;
}

/** A member that the schema does not have, or a word that its list does not have. */
function findStranger(schema: unknown, value: unknown, at: Place): string | undefined {
  const { path } = at;
  if (!isRecord(schema) || value === null || value === undefined) return undefined;
  const { $ref, anyOf, enum: listed, items, properties, additionalProperties } = schema;
  if (typeof $ref === 'string') {
    return findStranger(definitionOf($ref, at.root), value, at);
  }
  if (Array.isArray(anyOf)) {
    const found = anyOf.filter(isRecord).map((each) => findStranger(each, value, at));
    return found.includes(undefined) ? undefined : found[0];
  }
  if (Array.isArray(listed) && !listed.includes(value)) return `${path} ${JSON.stringify(value)}`;
  if (Array.isArray(value)) return firstOf(value.map((each) => findStranger(items, each, at)));
  if (!isRecord(value) || !isRecord(properties)) return undefined;
  return firstOf(
    Object.entries(value).map(([key, each]) => {
      const inner = properties[key];
      const isFree = inner === undefined && additionalProperties !== false;
      if (inner === undefined) return isFree ? undefined : `${path}.${key}`;
      return findStranger(inner, each, { ...at, path: `${path}.${key}` });
    }),
  );
}

function definitionOf(reference: string, { definitions }: JsonObject): unknown {
  const name = reference.slice('#/definitions/'.length);
  return isRecord(definitions) ? definitions[name] : undefined;
}

function firstOf(found: readonly (string | undefined)[]): string | undefined {
  return found.find((each) => each !== undefined);
}
