import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { JsonObject } from '@novacron/contract/json';
import { SECRET_FIELDS } from '@novacron/contract/kinds/secret-fields';
import { MASK } from '@novacron/engine/policy/rules/find-masked-paths';

/** Key names that suggest a secret, as in labels. */
const SECRET_NAME = /passw|secret|token|credential|api[-_]?key|private[-_]?key/i;

/** A policy input as the log stores it: without secret fields and values with secret names. */
export function maskInput(question: PolicyInput): JsonObject {
  // The schema says JSON of every member; a loose object cannot say it of itself.
  return maskObject(question as unknown as JsonObject);
}

function maskObject(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      value !== null && isSecret(name) ? MASK : maskValue(value),
    ]),
  );
}

function maskValue(value: JsonObject[string]): JsonObject[string] {
  if (Array.isArray(value)) return value.map(maskValue);
  // Arrays and null were handled: a JSON value that is an object.
  return typeof value === 'object' && value !== null ? maskObject(value as JsonObject) : value;
}

function isSecret(name: string): boolean {
  return SECRET_FIELDS.has(name) || SECRET_NAME.test(name);
}
