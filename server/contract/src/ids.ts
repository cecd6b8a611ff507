/**
 * Ids: a UUIDv7 behind a prefix that says what it names, written as 26 characters of Crockford's
 * base32 so that a double click selects it and text order is creation order.
 * Sources: RFC 9562 (UUIDv7), the TypeID specification (prefix and base32 form).
 */
import { z } from 'zod';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const SUFFIX = '[0-7][0-9a-hjkmnp-tv-z]{25}';

const ANY_ID = new RegExp(`^[a-z]+_${SUFFIX}$`);

/**
 * Whether a text has the form of an id of any kind, kinds of later releases included. Commands and
 * requests take such a text for an id, so that nothing new is named like that.
 */
export function looksLikeId(text: string): boolean {
  return ANY_ID.test(text);
}

function idSchema<Brand extends string>(prefix: string, noun: string) {
  const named = /^([aeiou]|SSH)/i.test(noun) ? `an ${noun}` : `a ${noun}`;
  return z
    .string()
    .regex(new RegExp(`^${prefix}_${SUFFIX}$`), `must be the id of ${named}: ${prefix}_…`)
    .describe(`Id of ${named}: ${prefix}_ and 26 characters`)
    .brand<Brand>();
}

/** The ids, each its schema and its type. */
export const VmId = idSchema<'VmId'>('vm', 'VM');
export type VmId = z.infer<typeof VmId>;
export const VmGroupId = idSchema<'VmGroupId'>('vmg', 'VM group');
export type VmGroupId = z.infer<typeof VmGroupId>;
export const NetworkId = idSchema<'NetworkId'>('net', 'network');
export type NetworkId = z.infer<typeof NetworkId>;
export const VolumeId = idSchema<'VolumeId'>('vol', 'volume');
export type VolumeId = z.infer<typeof VolumeId>;
export const SnapshotId = idSchema<'SnapshotId'>('snap', 'snapshot');
export type SnapshotId = z.infer<typeof SnapshotId>;
export const PolicyId = idSchema<'PolicyId'>('pol', 'policy');
export type PolicyId = z.infer<typeof PolicyId>;
export const OrchestrationPolicyId = idSchema<'OrchestrationPolicyId'>(
  'orc',
  'orchestration policy',
);
export type OrchestrationPolicyId = z.infer<typeof OrchestrationPolicyId>;
export const ScalingEventId = idSchema<'ScalingEventId'>('sce', 'scaling event');
export type ScalingEventId = z.infer<typeof ScalingEventId>;
export const AutonomousDecisionId = idSchema<'AutonomousDecisionId'>('adec', 'autonomous decision');
export type AutonomousDecisionId = z.infer<typeof AutonomousDecisionId>;
export const TemplateId = idSchema<'TemplateId'>('tpl', 'template');
export type TemplateId = z.infer<typeof TemplateId>;
export const SshKeyId = idSchema<'SshKeyId'>('ssh', 'SSH key');
export type SshKeyId = z.infer<typeof SshKeyId>;
export const NodeId = idSchema<'NodeId'>('node', 'node');
export type NodeId = z.infer<typeof NodeId>;
export const OperationId = idSchema<'OperationId'>('op', 'operation');
export type OperationId = z.infer<typeof OperationId>;
export const EventId = idSchema<'EventId'>('evt', 'event');
export type EventId = z.infer<typeof EventId>;
export const DriftId = idSchema<'DriftId'>('drift', 'drift record');
export type DriftId = z.infer<typeof DriftId>;
export const TenantId = idSchema<'TenantId'>('tnt', 'tenant');
export type TenantId = z.infer<typeof TenantId>;
export const ApiKeyId = idSchema<'ApiKeyId'>('key', 'API key');
export type ApiKeyId = z.infer<typeof ApiKeyId>;
export const RequestId = idSchema<'RequestId'>('req', 'request');
export type RequestId = z.infer<typeof RequestId>;
export const AllocationId = idSchema<'AllocationId'>('alloc', 'allocation');
export type AllocationId = z.infer<typeof AllocationId>;
export const DecisionId = idSchema<'DecisionId'>('dec', 'placement decision');
export type DecisionId = z.infer<typeof DecisionId>;
export const PolicyDataId = idSchema<'PolicyDataId'>('pdat', 'data document');
export type PolicyDataId = z.infer<typeof PolicyDataId>;
export const PriceListId = idSchema<'PriceListId'>('plst', 'price list');
export type PriceListId = z.infer<typeof PriceListId>;
export const BudgetId = idSchema<'BudgetId'>('bud', 'budget');
export type BudgetId = z.infer<typeof BudgetId>;
export const TerraformStateId = idSchema<'TerraformStateId'>('tfst', 'Terraform state');
export type TerraformStateId = z.infer<typeof TerraformStateId>;
export const ModelId = idSchema<'ModelId'>('mdl', 'model');
export type ModelId = z.infer<typeof ModelId>;
export const ContentId = idSchema<'ContentId'>('blob', 'stored content');
export type ContentId = z.infer<typeof ContentId>;
export const PolicyDecisionId = idSchema<'PolicyDecisionId'>('pdec', 'policy decision');
export type PolicyDecisionId = z.infer<typeof PolicyDecisionId>;
export const PolicyViolationId = idSchema<'PolicyViolationId'>('pvio', 'policy violation');
export type PolicyViolationId = z.infer<typeof PolicyViolationId>;
export const ComplianceFindingId = idSchema<'ComplianceFindingId'>('cfnd', 'compliance finding');
export type ComplianceFindingId = z.infer<typeof ComplianceFindingId>;
export const PolicyWaiverId = idSchema<'PolicyWaiverId'>('pwv', 'policy waiver');
export type PolicyWaiverId = z.infer<typeof PolicyWaiverId>;
export const ComplianceAttestationId = idSchema<'ComplianceAttestationId'>(
  'catt',
  'compliance attestation',
);
export type ComplianceAttestationId = z.infer<typeof ComplianceAttestationId>;
export const PolicyAuthorId = idSchema<'PolicyAuthorId'>('pau', 'policy author');
export type PolicyAuthorId = z.infer<typeof PolicyAuthorId>;
export const PolicySigningKeyId = idSchema<'PolicySigningKeyId'>('psk', 'policy signing key');
export type PolicySigningKeyId = z.infer<typeof PolicySigningKeyId>;
export const SigningKeyId = idSchema<'SigningKeyId'>('sig', 'signing key');
export type SigningKeyId = z.infer<typeof SigningKeyId>;
export const EnrollmentId = idSchema<'EnrollmentId'>('enr', 'enrollment');
export type EnrollmentId = z.infer<typeof EnrollmentId>;
export const SecurityGroupId = idSchema<'SecurityGroupId'>('sg', 'security group');
export type SecurityGroupId = z.infer<typeof SecurityGroupId>;
export const TokenId = idSchema<'TokenId'>('tok', 'token');
export type TokenId = z.infer<typeof TokenId>;
export const SessionId = idSchema<'SessionId'>('ses', 'session');
export type SessionId = z.infer<typeof SessionId>;
export const RoleId = idSchema<'RoleId'>('role', 'role');
export type RoleId = z.infer<typeof RoleId>;
export const SecretId = idSchema<'SecretId'>('sec', 'secret');
export type SecretId = z.infer<typeof SecretId>;
export const NotificationChannelId = idSchema<'NotificationChannelId'>(
  'nch',
  'notification channel',
);
export type NotificationChannelId = z.infer<typeof NotificationChannelId>;
export const ReservationId = idSchema<'ReservationId'>('rsv', 'reservation');
export type ReservationId = z.infer<typeof ReservationId>;
export const PlacementPreviewId = idSchema<'PlacementPreviewId'>('ppv', 'placement preview');
export type PlacementPreviewId = z.infer<typeof PlacementPreviewId>;
export const IncidentId = idSchema<'IncidentId'>('inc', 'incident');
export type IncidentId = z.infer<typeof IncidentId>;
export const IncidentMemberId = idSchema<'IncidentMemberId'>('incm', 'VM of an incident');
export type IncidentMemberId = z.infer<typeof IncidentMemberId>;
export const AlertId = idSchema<'AlertId'>('alt', 'alert');
export type AlertId = z.infer<typeof AlertId>;
export const AuditId = idSchema<'AuditId'>('aud', 'audit entry');
export type AuditId = z.infer<typeof AuditId>;
export const ControlPlaneId = idSchema<'ControlPlaneId'>('cp', 'control plane');
export type ControlPlaneId = z.infer<typeof ControlPlaneId>;
export const ApprovalId = idSchema<'ApprovalId'>('apr', 'approval');
export type ApprovalId = z.infer<typeof ApprovalId>;
export const RunnerId = idSchema<'RunnerId'>('rnr', 'runner');
export type RunnerId = z.infer<typeof RunnerId>;
export const WorkflowId = idSchema<'WorkflowId'>('wf', 'workflow');
export type WorkflowId = z.infer<typeof WorkflowId>;
export const GitopsApplicationId = idSchema<'GitopsApplicationId'>('gapp', 'GitOps application');
export type GitopsApplicationId = z.infer<typeof GitopsApplicationId>;
export const TermId = idSchema<'TermId'>('term', 'term of a control plane');
export type TermId = z.infer<typeof TermId>;

/** Every id by the prefix it carries: the registry, in alphabetical order. */
export interface IdByPrefix {
  readonly alloc: AllocationId;
  readonly alt: AlertId;
  readonly apr: ApprovalId;
  readonly aud: AuditId;
  readonly blob: ContentId;
  readonly bud: BudgetId;
  readonly cfnd: ComplianceFindingId;
  readonly cp: ControlPlaneId;
  readonly dec: DecisionId;
  readonly drift: DriftId;
  readonly enr: EnrollmentId;
  readonly evt: EventId;
  readonly gapp: GitopsApplicationId;
  readonly inc: IncidentId;
  readonly incm: IncidentMemberId;
  readonly key: ApiKeyId;
  readonly nch: NotificationChannelId;
  readonly net: NetworkId;
  readonly node: NodeId;
  readonly op: OperationId;
  readonly catt: ComplianceAttestationId;
  readonly pau: PolicyAuthorId;
  readonly pdat: PolicyDataId;
  readonly pdec: PolicyDecisionId;
  readonly orc: OrchestrationPolicyId;
  readonly plst: PriceListId;
  readonly pol: PolicyId;
  readonly ppv: PlacementPreviewId;
  readonly psk: PolicySigningKeyId;
  readonly pvio: PolicyViolationId;
  readonly pwv: PolicyWaiverId;
  readonly req: RequestId;
  readonly rnr: RunnerId;
  readonly role: RoleId;
  readonly rsv: ReservationId;
  readonly sce: ScalingEventId;
  readonly adec: AutonomousDecisionId;
  readonly sec: SecretId;
  readonly ses: SessionId;
  readonly sg: SecurityGroupId;
  readonly sig: SigningKeyId;
  readonly snap: SnapshotId;
  readonly ssh: SshKeyId;
  readonly term: TermId;
  readonly tfst: TerraformStateId;
  readonly mdl: ModelId;
  readonly tnt: TenantId;
  readonly tok: TokenId;
  readonly tpl: TemplateId;
  readonly vm: VmId;
  readonly vmg: VmGroupId;
  readonly vol: VolumeId;
  readonly wf: WorkflowId;
}

/** Prefix of an id, before the underscore. */
export type IdPrefix = keyof IdByPrefix;

/**
 * Makes an id from a moment and ten random bytes.
 * @param prefix - the noun's prefix
 * @param nowMs - milliseconds since the Unix epoch, 0 to 2^48 - 1
 * @param random - at least 10 random bytes; the version and variant bits are overwritten
 */
export function makeId<P extends IdPrefix>(
  prefix: P,
  nowMs: number,
  random: Uint8Array,
): IdByPrefix[P] {
  const bytes = new Uint8Array(16);
  for (let index = 0; index < 6; index += 1) {
    bytes[index] = Math.floor(nowMs / 2 ** (8 * (5 - index))) & 0xff;
  }
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  // The one place where a brand is made from bytes that are right by construction.
  return `${prefix}_${encodeBase32(bytes)}` as IdByPrefix[P];
}

/**
 * End of a list page: the id of its last item; for a version, followed by its number. Dots separate
 * the filter, the sort order and the last item's value: `list-cursor.ts`.
 */
export const PageCursor = z
  .string()
  .max(255, { abort: true })
  .regex(
    new RegExp(`^[a-z]+_${SUFFIX}(?:/\\d+)?(?:\\.[0-9a-z]{1,16}(?:\\.[\\w-]*)?)?$`),
    'must be next_cursor of the previous page',
  );

/**
 * The UUID inside an id, in its usual 36 characters.
 * @param id - any id of this module
 */
export function uuidOfId(id: string): string {
  const suffix = id.slice(id.lastIndexOf('_') + 1);
  let value = 0n;
  for (const character of suffix) value = (value << 5n) | BigInt(ALPHABET.indexOf(character));
  const hex = value.toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  // 26 characters have two bits more than 16 bytes: they are the first.
  let bits = 2;
  let rest = 0;
  for (const byte of bytes) {
    rest = (rest << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[rest >> bits];
      rest &= (1 << bits) - 1;
    }
  }
  return text;
}
