/** Verifies a tenant's audit chain and names every entry that was changed. */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type FieldProblem, type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { AuditChain } from './audit-chain.ts';
import { auditChainHash } from './audit-chain-hash.ts';
import { type AuditMark, readAuditMark } from './audit-mark.ts';
import { type FoundEntry, readAuditPage } from './read-audit-page.ts';

/** Retention moves the start at most once an hour, a few commits in a row. */
const ATTEMPTS_MAX = 4;

/** Limits the findings of one answer; more are no help. */
const FINDINGS_MAX = 50;

/** The end of the chain, to be stored outside of the server. */
export interface AuditVerification {
  readonly entries: number;
  readonly last_position: number;
  readonly last_hash: string;
  readonly forgotten_up_to: number;
}

/** Progress along a chain, and what was found. */
export interface AuditWalk {
  readonly findings: FieldProblem[];
  position: number;
  /** Hash of the last entry; undefined if it cannot be read. */
  hash: string | undefined;
  entries: number;
}

/**
 * Verifies the caller's tenant: content and order of all entries, that none is missing in between
 * or at the end, and that the chain still contains an end that was noted earlier. Problems:
 * `audit-broken` with a field for each finding; `validation-failed` when retention has deleted the
 * earlier end.
 */
export async function verifyAuditChain(
  parts: { readonly deps: Pick<KernelDeps, 'store'>; readonly chain: AuditChain },
  input: ParsedInputOf<'audit.verify'>,
  context: CallContext,
): Promise<Result<AuditVerification, Problem>> {
  await parts.chain.catchUp();
  const { store } = parts.deps;
  const { tenantId } = context.principal;
  let mark = await readAuditMark(store, tenantId);
  for (let attempt = 1; ; attempt += 1) {
    const forgotten = checkMark(mark, input);
    if (forgotten !== undefined) return err(forgotten);
    const answer = await verifyFrom(store, mark, input, context);
    const now = await readAuditMark(store, tenantId);
    // Entries deleted by retention during the verification look as if they were missing.
    if (answer.ok || now.position === mark.position || attempt === ATTEMPTS_MAX) return answer;
    mark = now;
  }
}

async function verifyFrom(
  store: KernelDeps['store'],
  mark: AuditMark,
  input: ParsedInputOf<'audit.verify'>,
  context: CallContext,
): Promise<Result<AuditVerification, Problem>> {
  const { tenantId } = context.principal;
  const [head] = await store.read({ from: 'audit_heads', where: { id: tenantId } });
  const walk: AuditWalk = { findings: [], entries: 0, ...mark };
  if (mark.position === input.known_position && mark.hash !== (input.known_hash ?? mark.hash)) {
    find(walk, mark.position, 'the last deleted entry does not have the recorded hash');
  }
  // Entries that are chained during the verification are left for the next one.
  const end = head?.position ?? Number.MAX_SAFE_INTEGER;
  for (let isMore = true; isMore; ) {
    context.signal.throwIfAborted();
    const page = await readAuditPage(store, { tenantId, after: walk.position });
    const found = page.filter((entry) => positionOf(entry) <= end);
    for (const entry of found) visitEntry(walk, entry, input);
    isMore = found.length > 0 && walk.position < end;
  }
  checkEnd(walk, head, input);
  if (walk.findings.length > 0) return err(broken(walk));
  const { entries, position, hash = '' } = walk;
  const forgotten_up_to = mark.position;
  return ok({ entries, last_position: position, last_hash: hash, forgotten_up_to });
}

/** The position of an entry. */
export function positionOf(entry: FoundEntry): number {
  return entry.kind === 'entry' ? (entry.row.position ?? 0) : entry.position;
}

/**
 * Compares an entry with those before it, and goes on to it.
 * @param input - an end of the chain that was noted earlier
 */
export function visitEntry(
  walk: AuditWalk,
  entry: FoundEntry,
  input: ParsedInputOf<'audit.verify'>,
): void {
  const position = positionOf(entry);
  const isNext = position === walk.position + 1;
  if (!isNext) {
    find(walk, walk.position + 1, `${rangeOf(walk.position + 1, position - 1)} missing`);
  }
  walk.position = position;
  walk.entries += 1;
  if (entry.kind === 'unreadable') {
    find(walk, position, entry.detail.replace(/\.$/, ''));
    walk.hash = undefined;
    return;
  }
  const { row } = entry;
  const hash = row.hash ?? '';
  // An entry after a gap cannot be checked against the previous one, which is missing.
  const previous = isNext ? walk.hash : undefined;
  if (previous !== undefined && auditChainHash({ row, position, previous }) !== hash) {
    find(walk, position, `${row.id} or its position was changed after it was recorded`);
  }
  if (position === input.known_position && hash !== (input.known_hash ?? hash)) {
    find(walk, position, `${row.id} does not have the recorded hash`);
  }
  // Verification continues from the recorded hash, so that one change is reported once.
  walk.hash = hash;
}

/** Compares the end of the chain with the one that is stored. */
export function checkEnd(
  walk: AuditWalk,
  head: Tables['audit_heads'] | undefined,
  input: ParsedInputOf<'audit.verify'>,
): void {
  const isEnd = head === undefined ? walk.position === 0 : head.position === walk.position;
  const next = walk.position + 1;
  if (head === undefined && !isEnd) find(walk, walk.position, 'the end of the chain is not stored');
  else if (!isEnd && head !== undefined) {
    find(walk, next, `${rangeOf(next, head.position)} missing at the end`);
  } else if (head !== undefined && head.hash !== (walk.hash ?? head.hash)) {
    find(walk, walk.position, 'the last entry is not the recorded end of the chain');
  }
  const known = input.known_position;
  if (known !== undefined && known > walk.position && isEnd) {
    find(walk, next, `${rangeOf(next, known)} missing: the chain was longer before`);
  }
}

/** A noted end before the oldest remaining entry proves nothing about the remaining ones. */
function checkMark(
  mark: AuditMark,
  { known_position: known }: ParsedInputOf<'audit.verify'>,
): Problem | undefined {
  if (known === undefined || known >= mark.position) return undefined;
  return problem('validation-failed', {
    detail: `The audit log up to position ${mark.position} was deleted by retention.`,
    remedy: `Set a position after ${known}, or omit it.`,
    fields: [{ path: ['known_position'], message: `must be ${mark.position} or more` }],
  });
}

function rangeOf(first: number, last: number): string {
  return first === last ? `position ${first} is` : `positions ${first} to ${last} are`;
}

function find(walk: AuditWalk, position: number, message: string): void {
  if (walk.findings.length < FINDINGS_MAX) {
    walk.findings.push({ path: ['audit', position], message });
  }
}

function broken({ findings, entries }: AuditWalk): Problem {
  const [first] = findings;
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  return problem('audit-broken', {
    detail: `The audit log was changed after it was recorded: ${first?.message ?? ''}${more}.`,
    remedy:
      'Do not change the database. Compare it with a backup, and find out who can write to ' +
      'it; errors lists the entries.',
    fields: findings,
    data: { entries },
  });
}
