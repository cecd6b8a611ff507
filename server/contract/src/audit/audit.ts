/** The audit log: every write and every refusal, with who, when and what. */
import { z } from 'zod';
import { AuditId, TenantId } from '../ids.ts';
import { PrincipalName, Timestamp } from '../schema/resource.ts';

/** SHA-256 of an entry and of the one before it. */
export const AuditHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
  .describe('SHA-256 of the entry, its position and the previous hash');

/** One write or one refusal. */
export const AuditEntry = z.looseObject({
  id: AuditId,
  tenant_id: TenantId,
  at: Timestamp,
  principal: PrincipalName,
  principal_kind: z.string().optional().describe('Kind of actor; absent in old entries'),
  client: z.string().describe('Client program: terraform, cli, rest, platform'),
  request_id: z.string(),
  client_address: z
    .string()
    .optional()
    .describe("Address of the client; absent for NovaCron's own writes and in old entries"),
  key_id: z
    .string()
    .optional()
    .describe('API key of the call, or of its token; names are reused, ids are not'),
  key_prefix: z
    .string()
    .optional()
    .describe('First characters of a refused API key; compare with prefix of api_key.list'),
  on_behalf_of: z
    .string()
    .optional()
    .describe(
      'Person whose key it is, where the key has another name; of an orchestration policy that ' +
        'acted, its author',
    ),
  operation: z.string(),
  outcome: z.string().describe('`done`, or the code of the problem'),
  resource_kind: z.string(),
  resource_id: z.string(),
  resource_name: z.string(),
  changes: z
    .record(z.string(), z.looseObject({ was: z.json(), is: z.json() }))
    .describe('Changed fields'),
  damaged: z
    .string()
    .optional()
    .describe('Set if the entry was tampered with: the reason why `changes` is missing'),
  position: z.int().nullable().optional().describe('Position in the chain; null until it has one'),
  hash: AuditHash.nullable().optional(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
