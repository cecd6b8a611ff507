import type { Field } from '@novacron/contract/field';
import type { JsonObject } from '@novacron/contract/json';
import type { PolicyInput } from '@novacron/contract/policy';
import { TERRAFORM_KINDS } from '@novacron/contract/terraform-kinds';

/** What stands where a secret stood. */
const MASK = '***';

/** Fields that answers hide or never carry, of any kind. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(
  Object.values(TERRAFORM_KINDS).flatMap(({ table }) =>
    Object.entries<Field>(table).flatMap(([name, { secrecy }]) =>
      secrecy === 'plain' ? [] : [name],
    ),
  ),
);

/** Names that people give to secrets which they put into labels all the same. */
const SECRET_NAME = /passw|secret|token|credential|api[-_]?key|private[-_]?key/i;

/** A question as the log keeps it: without what is secret by its field or by its name. */
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
  return typeof value === 'object' && value !== null ? maskObject(value as JsonObject) : value;
}

function isSecret(name: string): boolean {
  return SECRET_FIELDS.has(name) || SECRET_NAME.test(name);
}
