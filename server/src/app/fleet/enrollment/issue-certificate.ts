/** Exchanges tokens and valid certificates for certificates. */
import {
  enrollmentOfIdentity,
  type NodeCertificate,
  nodeIdentity,
  runnerIdentity,
} from '@novacron/contract/agent/enrollment';
import type { TenantId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { hashSecret } from '../../access/identity/hash-secret.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { EnrollmentDeps } from './deps.ts';
import { enrolledBy, enrolledColumns, readEnrolled } from './enrolled.ts';
import { changedMeanwhile, dropRunners, enrollmentAudit } from './enrollments.ts';
import { ensureAuthority, noCertificates } from './ensure-authority.ts';

/** Limits the use of a stolen certificate; agents renew long before. Unit: ms. */
export const CERTIFICATE_MS = 30 * 86_400_000;

/**
 * Time within which a token may be redeemed again with the same key: an agent that died before it
 * stored its certificate, or never received the answer, retries at its next start. Unit: ms.
 */
export const REPEAT_MS = 600_000;

type Row = Tables['enrollments'];
type Answer = Result<NodeCertificate, Problem>;

/**
 * Exchanges a token. It is valid once, for its node or runner, until it expires; a little longer
 * for a repeated request with the same key.
 */
export async function redeemEnrollment(
  deps: EnrollmentDeps,
  input: ParsedInputOf<'enrollment.redeem'>,
  context: CallContext,
): Promise<Answer> {
  const enrolled = readEnrolled(input);
  if (!enrolled.ok) return enrolled;
  const { node } = enrolledColumns(enrolled.value);
  const where = { token_hash: hashSecret(input.token) };
  const [row] = await deps.store.read({ from: 'enrollments', where });
  if (row === undefined) return err(badToken('is not known to this server'));
  if (row.status === 'revoked') return err(badToken('was revoked'));
  const nowMs = deps.clock.nowMs();
  if (row.status === 'active') {
    const isLate = row.enrolled_at_ms === null || nowMs - row.enrolled_at_ms > REPEAT_MS;
    if (isLate || row.node !== node) return err(used());
    return issue(deps, context, { row, request: input.request, operation: 'redeem', ends: [] });
  }
  if (row.expires_at_ms <= nowMs) {
    return err(badToken(`expired at ${toTimestamp(row.expires_at_ms)}`));
  }
  if (row.node !== node) return err(badToken(`was made for another ${enrolledBy(row).kind}`));
  const earlier = await deps.store.read({
    from: 'enrollments',
    where: { node: row.node, status: 'active' },
  });
  const ends = earlier.map(
    ({ id }) =>
      ({
        kind: 'update',
        table: 'enrollments',
        id,
        set: { status: 'revoked', revoked_at_ms: nowMs },
        expect: { status: 'active' },
        otherwise: changedMeanwhile(id),
      }) as const,
  );
  const dropped = await dropRunners(deps, row);
  const all = [...ends, ...dropped];
  return issue(deps, context, { row, request: input.request, operation: 'redeem', ends: all });
}

/** Exchanges a certificate, whose key the sender has proved to own. */
export async function renewEnrollment(
  deps: EnrollmentDeps,
  input: ParsedInputOf<'enrollment.renew'>,
  context: CallContext,
): Promise<Answer> {
  const { certificates } = deps;
  if (certificates === undefined) return err(noCertificates());
  const authority = await ensureAuthority({ ...deps, certificates });
  if (!authority.ok) return authority;
  const identity = certificates.identify(authority.value, {
    certificatePem: input.certificate,
    text: input.request,
    signature: input.signature,
    nowMs: deps.clock.nowMs(),
  });
  const id = identity === undefined ? undefined : enrollmentOfIdentity(identity);
  if (id === undefined) return err(badCertificate('was not signed by this server'));
  const [row] = await deps.store.read({ from: 'enrollments', where: { id } });
  if (row?.status !== 'active') return err(badCertificate('was revoked'));
  return issue(deps, context, { row, request: input.request, operation: 'renew', ends: [] });
}

async function issue(
  deps: EnrollmentDeps,
  context: CallContext,
  order: {
    readonly row: Row;
    readonly request: string;
    readonly operation: 'redeem' | 'renew';
    /** Changes to commit with it. */
    readonly ends: ChangeSet;
  },
): Promise<Answer> {
  const { certificates } = deps;
  if (certificates === undefined) return err(noCertificates());
  const { row, request, operation, ends } = order;
  const { id, status, key_hash } = row;
  const { kind, name } = enrolledBy(row);
  const authority = await ensureAuthority({ ...deps, certificates });
  if (!authority.ok) return authority;
  const nowMs = deps.clock.nowMs();
  const signed = await certificates.sign(authority.value, {
    requestPem: request,
    identity: kind === 'node' ? nodeIdentity(name, id) : runnerIdentity(name, id),
    nowMs,
    lifetimeMs: CERTIFICATE_MS,
  });
  if (!signed.ok) return signed;
  const { certificatePem, serial, keyHash, expiresAtMs } = signed.value;
  // A later finder of the token has another key.
  if (operation === 'redeem' && status === 'active' && keyHash !== key_hash) return err(used());
  const enrolled = status === 'pending' ? { enrolled_at_ms: nowMs } : {};
  const set = {
    status: 'active',
    key_hash: keyHash,
    certificate_serial: serial,
    certificate_expires_at_ms: expiresAtMs,
    ...enrolled,
  } as const;
  // The store's own, so it was parsed before it was written.
  const principal = { name: `${kind}/${name}`, tenantId: row.tenant_id as TenantId };
  const otherwise = operation === 'redeem' ? badToken('has been used') : changedMeanwhile(id);
  const done = await commitChanges(deps, [
    { kind: 'update', table: 'enrollments', id, set, expect: { status, key_hash }, otherwise },
    ...ends,
    enrollmentAudit(deps, { ...context, principal }, `enrollment.${operation}`, row),
  ]);
  if (!done.ok) return done;
  return ok({
    node: name,
    certificate: certificatePem,
    authority: authority.value.certificatePem,
    expires_at: toTimestamp(expiresAtMs),
  });
}

function used(): Problem {
  return badToken('has been used already');
}

function badToken(why: string): Problem {
  return problem('unauthenticated', {
    detail: `The enrollment token ${why}.`,
    remedy:
      'Ask an admin for a new one: novacron admin enrollment create --node NODE, or --runner ' +
      'NAME for a runner.',
  });
}

function badCertificate(why: string): Problem {
  return problem('unauthenticated', {
    detail: `The certificate ${why}, or it has expired, or the request is not signed by its key.`,
    remedy:
      'Enroll the agent again: novacron admin enrollment create --node NODE, or --runner NAME ' +
      'for a runner.',
  });
}
