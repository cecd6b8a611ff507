/** Enrollments: creation, listing and revocation. */

import type { Enrollment, EnrollmentStatus } from '@novacron/contract/agent/enrollment';
import { TenantId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Tables } from '../../../ports/tables/tables.ts';
import { hashSecret } from '../../access/identity/hash-secret.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listItems } from '../../kernel/lists/list-items.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { admitObject, type CheckedObject, commitObject } from '../../kernel/write/write-object.ts';
import { mapPage } from '../../rows/page.ts';
import { notFound, replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { EnrollmentDeps } from './deps.ts';
import { enrolledBy, enrolledColumns, readEnrolled } from './enrolled.ts';

/** Prefix of tokens, so that leaked ones can be searched for. */
const TOKEN_PREFIX = 'nce_';
const TOKEN_BYTES = 32;
const MS_PER_MINUTE = 60_000;

type Row = Tables['enrollments'];
type Target = Pick<Row, 'node' | 'runner' | 'tenant_id'>;
type Writes = 'enrollment.create' | 'enrollment.revoke';

/** A new enrollment; only this answer contains its token. */
export interface CreatedEnrollment {
  readonly resource: Enrollment;
  readonly secret: string;
}

/**
 * Creates an enrollment. A repeat with the same idempotency key makes no second one: while nothing
 * has enrolled with it, it gets another token, because the first one may be lost with its answer.
 */
export async function createEnrollment(
  deps: EnrollmentDeps,
  input: ParsedInputOf<'enrollment.create'>,
  context: CallContext,
): Promise<Result<CreatedEnrollment, Problem>> {
  const show = (id: string) => replaceToken(deps, { id, input }, context);
  const check = () => checkCreate(deps, input, context);
  return admitObject(deps, context, { name: 'enrollment.create', check, keyed: { input, show } });
}

async function checkCreate(
  deps: EnrollmentDeps,
  input: ParsedInputOf<'enrollment.create'>,
  context: CallContext,
): CheckedObject<CreatedEnrollment> {
  const wanted = await readWanted(deps, input, context);
  if (!wanted.ok) return wanted;
  const columns = wanted.value;
  const secret = makeToken(deps);
  const nowMs = deps.clock.nowMs();
  const row: Row = {
    id: deps.ids.next('enr'),
    ...columns,
    token_hash: hashSecret(secret),
    status: 'pending',
    created_by: context.principal.name,
    created_at_ms: nowMs,
    expires_at_ms: nowMs + input.expires_in_minutes * MS_PER_MINUTE,
    enrolled_at_ms: null,
    certificate_serial: null,
    certificate_expires_at_ms: null,
    revoked_at_ms: null,
    key_hash: null,
  };
  return ok({
    ...writeOf('enrollment.create', row),
    plan: async () => {
      const taken = await findOtherTenant(deps, columns);
      if (taken !== undefined) return err(taken);
      return ok({
        changes: [
          { kind: 'insert', into: 'enrollments', row, otherwise: changedMeanwhile(row.id) },
          ...guardTenant(row),
        ],
        audit: [enrollmentAudit(deps, context, 'enrollment.create', row)],
        answer: { resource: toEnrollment(row, nowMs), secret },
      });
    },
  });
}

/** Reads the subject of a requested enrollment, and its tenant. */
async function readWanted(
  { store }: EnrollmentDeps,
  input: ParsedInputOf<'enrollment.create'>,
  { principal }: CallContext,
) {
  const enrolled = readEnrolled(input);
  if (!enrolled.ok) return enrolled;
  const { tenant } = input;
  const columns = enrolledColumns(enrolled.value);
  if (tenant === undefined) return ok({ ...columns, tenant_id: principal.tenantId });
  if (enrolled.value.kind === 'node') return err(tenantOfNode());
  const { byId, byName } = await store.snapshot({
    byId: { from: 'tenants', where: { id: tenant } },
    byName: { from: 'tenants', where: { name: tenant } },
  });
  const row = byId[0] ?? byName[0];
  return row === undefined
    ? err(notFound('tenant', tenant))
    : ok({ ...columns, tenant_id: row.id });
}

/** The tenant of a runner may be deleted at the same time. */
function guardTenant({ runner, tenant_id: id }: Row) {
  if (runner === null) return [];
  const otherwise = notFound('tenant', id);
  return [{ kind: 'update', table: 'tenants', id, set: {}, otherwise } as const];
}

/**
 * Names of runners stay with their tenant: a revoked certificate has its rights until the bus has
 * read its configuration again.
 */
async function findOtherTenant(
  { store }: EnrollmentDeps,
  { runner, tenant_id }: Target,
): Promise<Problem | undefined> {
  if (runner === null) return undefined;
  const rows = await store.read({ from: 'enrollments', where: { runner } });
  if (rows.every((row) => row.tenant_id === tenant_id)) return undefined;
  return problem('conflict', {
    detail: `The runner ${runner} is, or was, enrolled for another tenant.`,
    remedy: 'Give the runner another name.',
    fields: [{ path: ['runner'], message: 'is the name of a runner of another tenant' }],
  });
}

function tenantOfNode(): Problem {
  return problem('validation-failed', {
    detail: 'The request names a tenant for the agent of a node, which has VMs of all tenants.',
    remedy: 'Omit --tenant, or enroll a runner: --runner NAME --tenant TENANT.',
    fields: [{ path: ['tenant'], message: 'must not be given with node' }],
  });
}

function makeToken({ secretRandom }: EnrollmentDeps): string {
  const bytes = secretRandom.bytes(TOKEN_BYTES);
  return `${TOKEN_PREFIX}${Buffer.from(bytes).toString('base64url')}`;
}

/** Answers a repeated create. Problems: those of the create; `conflict` unless it is pending. */
async function replaceToken(
  deps: EnrollmentDeps,
  { id, input }: { readonly id: string; readonly input: ParsedInputOf<'enrollment.create'> },
  context: CallContext,
): Promise<Result<CreatedEnrollment, Problem>> {
  const wanted = await readWanted(deps, input, context);
  if (!wanted.ok) return wanted;
  return commitObject(deps, context, {
    ...writeOf('enrollment.create', { id, ...wanted.value }),
    plan: async () => {
      const [row] = await deps.store.read({ from: 'enrollments', where: { id } });
      const otherwise = replan('The enrollment');
      if (row === undefined) return err(otherwise);
      const nowMs = deps.clock.nowMs();
      const status = statusOf(row, nowMs);
      if (status !== 'pending') return err(tokenIsOver(row, status));
      const secret = makeToken(deps);
      const set = { token_hash: hashSecret(secret) };
      const expect = { status: row.status, token_hash: row.token_hash };
      return ok({
        changes: [{ kind: 'update', table: 'enrollments', id, set, expect, otherwise }],
        audit: [enrollmentAudit(deps, context, 'enrollment.create', row)],
        answer: { resource: toEnrollment(row, nowMs), secret },
      });
    },
  });
}

function tokenIsOver(row: Row, status: EnrollmentStatus): Problem {
  return problem('conflict', {
    detail:
      `An earlier request with this idempotency key created the enrollment ${row.id} of ` +
      `${enrolledBy(row).name}, which is ${status}: its token is not shown again.`,
    remedy: 'Create another enrollment, with another idempotency key.',
  });
}

/** Lists enrollments of all nodes and runners. */
export async function listEnrollments(
  deps: EnrollmentDeps,
  input: ParsedInputOf<'enrollment.list'>,
) {
  const source = {
    operation: 'enrollment.list',
    from: 'enrollments',
    where: {},
    idPrefix: 'enr',
  } as const;
  const nowMs = deps.clock.nowMs();
  if (input.status !== undefined) return listByStatus(deps, input, nowMs);
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, (row) => toEnrollment(row, nowMs))) : page;
}

/** Whether a token is expired follows from the time, which no index knows: the rest is read. */
async function listByStatus(
  { store }: EnrollmentDeps,
  input: ParsedInputOf<'enrollment.list'>,
  nowMs: number,
) {
  const stored = new Set(
    input.status?.map((status): Row['status'] => (status === 'expired' ? 'pending' : status)),
  );
  const rows = await store.read({ from: 'enrollments', where: { status: { in: [...stored] } } });
  const all = rows.map((row) => toEnrollment(row, nowMs));
  return listItems({ operation: 'enrollment.list', input, nowMs }, all);
}

/** Revokes an enrollment. One that was revoked stays as it is. */
export async function revokeEnrollment(
  deps: EnrollmentDeps,
  input: ParsedInputOf<'enrollment.revoke'>,
  context: CallContext,
): Promise<Result<{ readonly resource: Enrollment }, Problem>> {
  const [row] = await deps.store.read({ from: 'enrollments', where: { id: input.id } });
  const { id } = input;
  return commitObject(deps, context, {
    ...writeOf('enrollment.revoke', { ...(row ?? UNKNOWN_TARGET), id }),
    plan: async () => {
      if (row === undefined) return err(notFound('enrollment', id));
      const nowMs = deps.clock.nowMs();
      if (row.status === 'revoked') {
        return ok({ changes: [], audit: [], answer: { resource: toEnrollment(row, nowMs) } });
      }
      const { status } = row;
      const set = { status: 'revoked', revoked_at_ms: nowMs } as const;
      const otherwise = changedMeanwhile(id);
      return ok({
        changes: [
          { kind: 'update', table: 'enrollments', id, set, expect: { status }, otherwise },
          ...(await dropRunners(deps, row)),
        ],
        audit: [enrollmentAudit(deps, context, 'enrollment.revoke', row)],
        answer: { resource: toEnrollment({ ...row, ...set }, nowMs) },
      });
    },
  });
}

const UNKNOWN_TARGET: Target = { node: '', runner: null, tenant_id: '' };

/** Removes the runner of an enrollment, which has no tenant any more. */
export async function dropRunners({ store }: EnrollmentDeps, { runner }: Pick<Row, 'runner'>) {
  if (runner === null) return [];
  const rows = await store.read({ from: 'runners', where: { name: runner } });
  return rows.map(({ id }) => ({ kind: 'drop', from: 'runners', id }) as const);
}

/** Records what happened to an enrollment. */
export function enrollmentAudit(
  deps: EnrollmentDeps,
  context: Parameters<typeof auditChange>[1],
  operation: string,
  row: Pick<Row, 'id' | 'node' | 'runner'>,
) {
  return auditChange(deps, context, {
    operation,
    outcome: 'done',
    resourceKind: 'enrollment',
    target: { id: row.id, name: enrolledBy(row).name },
    changes: {},
  });
}

/** An enrollment as answers carry it. */
function toEnrollment(row: Row, nowMs: number): Enrollment {
  return {
    id: row.id,
    ...shownColumns(row),
    status: statusOf(row, nowMs),
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    expires_at: toTimestamp(row.expires_at_ms),
    enrolled_at: timestampOf(row.enrolled_at_ms),
    certificate_expires_at: timestampOf(row.certificate_expires_at_ms),
    revoked_at: timestampOf(row.revoked_at_ms),
  };
}

/** Returns the subject of an enrollment as answers and policies see it. */
function shownColumns(row: Target) {
  const { kind, name } = enrolledBy(row);
  return kind === 'node'
    ? { node: name, runner: null, tenant_id: null }
    : { node: '', runner: name, tenant_id: TenantId.parse(row.tenant_id) };
}

function statusOf(row: Row, nowMs: number): EnrollmentStatus {
  return row.status === 'pending' && row.expires_at_ms <= nowMs ? 'expired' : row.status;
}

function timestampOf(atMs: number | null): Enrollment['revoked_at'] {
  return atMs === null ? null : toTimestamp(atMs);
}

/** An enrollment as policies see it. */
function writeOf(operation: Writes, target: Target & { readonly id: string }) {
  const shown = shownColumns(target);
  return {
    operation,
    resourceKind: 'enrollment',
    target: { id: target.id, name: enrolledBy(target).name },
    before: operation === 'enrollment.create' ? null : shown,
    wanted: shown,
  } as const;
}

/** Another request changed the enrollment first. */
export function changedMeanwhile(id: string): Problem {
  return problem('conflict', {
    detail: `The enrollment ${id} was changed by another request at the same time.`,
    remedy: 'Read it again: novacron admin enrollment list.',
  });
}
