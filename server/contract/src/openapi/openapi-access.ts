/** Describes in the OpenAPI document who may call an operation. */
import type { JsonObject } from '../json.ts';
import { describeNeeds, type OperationRow } from '../operations-table/operations.ts';

/** The members of an operation that say it. */
export function accessOf(row: OperationRow): JsonObject {
  const description = describeNeeds(row);
  return row.access === 'anyone' ? { description, security: [] } : { description };
}
