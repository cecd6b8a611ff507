/** What the OpenAPI document says about who may call an operation. */
import type { JsonObject } from './json.ts';
import type { OperationRow } from './operations.ts';

/** The members of an operation that say it. */
export function accessOf({ access, role }: OperationRow): JsonObject {
  if (access !== 'anyone') return { description: `Needs the role ${role}.` };
  return { description: 'Needs no key: the input holds what it takes.', security: [] };
}
