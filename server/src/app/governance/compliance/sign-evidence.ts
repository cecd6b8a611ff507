/** Evidence of a standard in pages, its signed end, and where that end is anchored. */

import { createHash } from 'node:crypto';
import {
  bytesOfEnd,
  type EvidenceRecord,
  type EvidenceRoot,
  type SignedRoot,
} from '@novacron/contract/compliance/evidence';
import type { JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Span } from '@novacron/engine/compliance/model/history';
import { checksOfStandard } from '@novacron/engine/compliance/plan-period-report';
import type { ComplianceEvidenceRow } from '../../../ports/tables/policy/compliance-rows.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { findChannel } from '../../platform/notifications/read-channels.ts';
import {
  SEND_MS_DEFAULT,
  sendNotification,
} from '../../platform/notifications/send-notification.ts';
import { currentKey } from '../../policy/signing/server-keys.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { toRecord } from './evidence-rows.ts';
import { readPeriod } from './read-history.ts';
import { findStandard } from './read-standards.ts';
import { readHead } from './record-history.ts';
import { walkEvidence } from './walk-evidence.ts';

/** A page of evidence. */
export interface EvidencePage {
  readonly from: string;
  readonly to: string;
  readonly records: EvidenceRecord[];
  readonly next: number | null;
  readonly signed: SignedRoot | null;
}

interface Wanted {
  readonly tenantId: string;
  readonly checks: ReadonlySet<string>;
  readonly period: Span;
}

/** Lists the evidence of a standard, page by page. Problems: `conflict`, `validation-failed`. */
export async function listEvidence(
  deps: CapabilityDeps,
  input: ParsedInputOf<'compliance.evidence'>,
  { principal, signal }: CallContext,
): Promise<Result<EvidencePage, Problem>> {
  const period = readPeriod(input, deps.clock.nowMs());
  if (!period.ok) return period;
  const { standard, after, limit } = input;
  const { tenantId } = principal;
  const found = await findStandard(deps, tenantId, standard);
  if (!found.ok) return found;
  const wanted = { tenantId, checks: checksOfStandard(found.value), period: period.value };
  const records: EvidenceRecord[] = [];
  const times = {
    from: toTimestamp(period.value.fromMs),
    to: toTimestamp(period.value.toMs),
  };
  for await (const row of walkWanted(deps, wanted, after)) {
    signal.throwIfAborted();
    const last = records.at(-1);
    if (records.length === limit && last !== undefined) {
      return ok({ ...times, records, next: last.position, signed: null });
    }
    records.push(toRecord(row));
  }
  // Counted again from the start: a page proves nothing about the pages before it.
  const all = createHash('sha256');
  let count = 0;
  for await (const { hash } of walkWanted(deps, wanted, 0)) {
    signal.throwIfAborted();
    all.update(hash);
    count += 1;
  }
  const head = await readHead(deps, tenantId);
  const signed = await signRoot(deps, {
    tenant: tenantId,
    standard,
    ...times,
    records: count,
    digest: all.digest('hex'),
    head_position: head.position,
    head_hash: head.hash,
    made_at: toTimestamp(deps.clock.nowMs()),
    build: deps.serverVersion,
  });
  return signed.ok ? ok({ ...times, records, next: null, signed: signed.value }) : signed;
}

/** The results of a standard that were the case in a part of a period, in order. */
async function* walkWanted(
  { store }: CapabilityDeps,
  { tenantId, checks, period }: Wanted,
  after: number,
): AsyncGenerator<ComplianceEvidenceRow> {
  for await (const row of walkEvidence(store, tenantId, after)) {
    const { at_ms, until_ms } = row;
    const isIn = at_ms < period.toMs && (until_ms === null || until_ms >= period.fromMs);
    if (isIn && checks.has(row.check_id)) yield row;
  }
}

async function signRoot(
  deps: CapabilityDeps,
  root: EvidenceRoot,
): Promise<Result<SignedRoot, Problem>> {
  const { policySignatures: signatures } = deps;
  if (signatures === undefined) {
    return err(
      problem('conflict', {
        detail: 'This server has no signing key.',
        remedy: 'Start a server that signs policies.',
      }),
    );
  }
  const key = await currentKey({ ...deps, signatures });
  if (!key.ok) return key;
  const { id: key_id, publicKey: public_key, privateKey } = key.value;
  const end = { root, key_id, public_key };
  return ok({ ...end, signature: signatures.sign(privateKey, bytesOfEnd(end)) });
}

/**
 * Sends the end of the evidence through a channel. Problems: `not-found`; `operation-failed` if
 * the channel does not deliver it.
 */
export async function anchorEvidence(
  deps: CapabilityDeps,
  { channel_id: id }: ParsedInputOf<'compliance.anchor'>,
  context: CallContext,
): Promise<Result<{ at: string; position: number; hash: string }, Problem>> {
  const channel = await findChannel(deps, id, context);
  if (!channel.ok) return channel;
  const { tenantId } = context.principal;
  const { name } = channel.value;
  const { position, hash } = await readHead(deps, tenantId);
  const atMs = deps.clock.nowMs();
  const at = toTimestamp(atMs);
  const about: JsonObject = { tenant: tenantId, position, hash, at };
  const row = { id: tenantId, at_ms: atMs, position, hash, channel: name };
  const target = { id, name };
  const write = { operation: 'compliance.anchor', resourceKind: '', target } as const;
  const notification = {
    id: context.requestId,
    subject: `Compliance evidence up to position ${position}`,
    text: `The last record of evidence at ${at} has position ${position} and hash ${hash}.`,
    about,
    recipients: [],
  };
  const outcome = await sendNotification(deps, channel.value, notification, {
    timeoutMs: SEND_MS_DEFAULT,
    signal: context.signal,
    inTurn: (send) => send(),
    changes: ({ kind }) =>
      kind === 'succeeded'
        ? [
            { kind: 'put', into: 'compliance_anchors', row },
            auditChange(deps, context, { ...write, outcome: 'done', changes: {} }),
          ]
        : [],
  });
  if (outcome.kind === 'failed') {
    return err(
      problem('operation-failed', {
        detail: `The evidence is not anchored: ${outcome.message}.`,
        remedy: `Test the channel: novacron notification-channel test ${name}.`,
      }),
    );
  }
  return ok({ at, position, hash });
}
