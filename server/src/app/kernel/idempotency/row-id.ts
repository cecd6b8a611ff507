/** Returns the id of the row of an idempotency key: keys are scoped to the tenant. */
export function idempotencyRowId(tenantId: string, key: string): string {
  return `${tenantId}/${key}`;
}
