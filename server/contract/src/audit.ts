/** The audit log: every write and every refusal, with who, when and what. */
import { z } from 'zod';
import { AuditId, TenantId } from './ids.ts';
import { PrincipalName, Timestamp } from './resource.ts';

/** One write or one refusal. */
export const AuditEntry = z.looseObject({
  id: AuditId,
  tenant_id: TenantId,
  at: Timestamp,
  principal: PrincipalName,
  client: z.string().describe('By what: terraform, cli, rest, platform'),
  request_id: z.string(),
  operation: z.string(),
  outcome: z.string().describe('`done`, or the code of the problem'),
  resource_kind: z.string(),
  resource_id: z.string(),
  resource_name: z.string(),
  changes: z
    .record(z.string(), z.looseObject({ was: z.json(), is: z.json() }))
    .describe('Fields that changed'),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
