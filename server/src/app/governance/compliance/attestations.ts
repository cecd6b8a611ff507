/** Attestations of requirements that people judge. */
import {
  ATTESTATION_DAYS_MAX,
  ComplianceAttestation,
} from '@novacron/contract/compliance/compliance';
import { readDeadline } from '@novacron/contract/formats/read-moment';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Standard } from '@novacron/engine/compliance/model/standard';
import type { Store } from '../../../ports/store.ts';
import type { ComplianceAttestationRow } from '../../../ports/tables/policy/compliance-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { commitObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { findStandard } from './read-standards.ts';

const DAY_MS = 86_400_000;

/** Attests a requirement. Problems: `validation-failed`, `policy-denied`. */
export async function createAttestation(
  deps: CapabilityDeps,
  input: ParsedInputOf<'compliance_attestation.create'>,
  context: CallContext,
): Promise<Result<{ readonly resource: ComplianceAttestation }, Problem>> {
  const nowMs = deps.clock.nowMs();
  const { standard, requirement, statement, reference = null } = input;
  const untilMs = readDeadline(input.valid_until, nowMs) ?? nowMs;
  const found = await findStandard(deps, context.principal.tenantId, standard);
  if (!found.ok) return found;
  const wrong = refuse({ standard: found.value, requirement, daysMs: untilMs - nowMs });
  if (wrong !== undefined) return err(wrong);
  const row: ComplianceAttestationRow = {
    id: deps.ids.next('catt'),
    tenant_id: context.principal.tenantId,
    standard,
    requirement,
    statement,
    reference,
    valid_until_ms: untilMs,
    created_at_ms: nowMs,
    created_by: context.principal.name,
  };
  return commitObject(deps, context, {
    operation: 'compliance_attestation.create',
    resourceKind: 'compliance_attestation',
    target: targetOf(row),
    before: null,
    wanted: fieldsOf(row),
    changes: [{ kind: 'put', into: 'compliance_attestations', row }],
    answer: { resource: toAttestation(row) },
  });
}

function refuse({
  standard,
  requirement,
  daysMs,
}: {
  readonly standard: Standard;
  readonly requirement: string;
  readonly daysMs: number;
}): Problem | undefined {
  const { id: name, requirements, notAssessable } = standard;
  const isKnown =
    notAssessable.includes(requirement) || requirements.some(({ id }) => id === requirement);
  if (!isKnown) return invalid('requirement', `must be a requirement of ${name}`);
  if (daysMs > 0 && daysMs <= ATTESTATION_DAYS_MAX * DAY_MS) return undefined;
  return invalid('valid_until', `must be at most ${ATTESTATION_DAYS_MAX} days from now`);
}

function invalid(field: string, message: string): Problem {
  return problem('validation-failed', {
    detail: 'The attestation is not valid.',
    remedy: 'Correct the field; novacron compliance report lists the requirements of a standard.',
    fields: [{ path: [field], message }],
  });
}

/** Lists attestations in the order of their creation. */
export async function listAttestations(
  deps: CapabilityDeps,
  input: ParsedInputOf<'compliance_attestation.list'>,
  { principal }: CallContext,
): Promise<Result<Page<ComplianceAttestation>, Problem>> {
  const source = {
    operation: 'compliance_attestation.list',
    from: 'compliance_attestations',
    where: { tenant_id: principal.tenantId },
    idPrefix: 'catt',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toAttestation)) : page;
}

/** Withdraws an attestation. Problems: `not-found`, `policy-denied`. */
export async function deleteAttestation(
  deps: CapabilityDeps,
  { id }: ParsedInputOf<'compliance_attestation.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const where = { id, tenant_id: context.principal.tenantId };
  const [row] = await deps.store.read({ from: 'compliance_attestations', where });
  if (row === undefined) return err(notFound('compliance attestation', id));
  return commitObject(deps, context, {
    operation: 'compliance_attestation.delete',
    resourceKind: 'compliance_attestation',
    target: targetOf(row),
    before: fieldsOf(row),
    wanted: null,
    changes: [{ kind: 'drop', from: 'compliance_attestations', id }],
    answer: {},
  });
}

/** The attestations of a standard that are valid at a moment, by requirement. */
export async function readAttestations(
  store: Store,
  tenantId: string,
  { standard, atMs }: { readonly standard: string; readonly atMs: number },
): Promise<(requirement: string) => ComplianceAttestation[]> {
  const rows = await store.read({
    from: 'compliance_attestations',
    where: { tenant_id: tenantId, standard },
  });
  const valid = rows.filter((row) => row.created_at_ms <= atMs && row.valid_until_ms > atMs);
  return (requirement) =>
    valid.filter((row) => row.requirement === requirement).map((row) => toAttestation(row));
}

function targetOf({ id, standard, requirement }: ComplianceAttestationRow) {
  return { id, name: `${standard} ${requirement}` };
}

function fieldsOf({
  standard,
  requirement,
  statement,
  reference,
  valid_until_ms,
}: ComplianceAttestationRow) {
  const valid_until = toTimestamp(valid_until_ms);
  return { standard, requirement, statement, reference, valid_until };
}

function toAttestation(row: ComplianceAttestationRow): ComplianceAttestation {
  const { id, created_at_ms, created_by } = row;
  const created_at = toTimestamp(created_at_ms);
  return ComplianceAttestation.parse({ id, ...fieldsOf(row), created_at, created_by });
}
