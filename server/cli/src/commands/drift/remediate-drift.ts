/** `novacron drift remediate` and `ignore`: what is done about drift. */
import { RemediationItem } from '@novacron/contract/drift/drift-remediation';
import { ok, type Result } from '@novacron/contract/result';
import { RESOURCE_KINDS } from '@novacron/contract/schema/resource-kind';
import { z } from 'zod';
import { callOperation, type Session } from '../../client/session.ts';
import { type Failure, findingsFailure, usageFailure } from '../../failures/failure.ts';
import { askToGoAhead } from '../../operations/confirm-plan.ts';
import { resolveName } from '../../operations/resolve-names.ts';
import type { Outcome } from '../../operations/run-command.ts';
import { failureOfOperation, waitOperation } from '../../operations/wait-operation.ts';
import type { Fields } from '../../output/fields.ts';
import { type Document, renderOutput } from '../../output/render-output.ts';

/** Remediation request. */
export interface RemediateRequest {
  /** Ids or names. */
  readonly resources: readonly string[];
  /** The other fields of the operation: `action`, `cause`, `until`, `reason`. */
  readonly input: Fields;
  /** `plan`: only shows what would be done; `ask`: then asks, where a person can answer. */
  readonly mode: 'plan' | 'ask' | 'carry-out';
  readonly wait: 'for-end' | 'none';
  /** Longest wait for each operation. Unit: milliseconds. */
  readonly timeoutMs?: number;
}

/** Result for a single resource, and the failure, if any. */
interface Ended {
  readonly item: RemediationItem;
  readonly failure: Failure | undefined;
}

const Remediated = z.looseObject({ remediated: z.array(RemediationItem) });

/**
 * Reverts, adopts or ignores drift, and waits for what that takes. Failures: wrong usage, problems
 * of the server and of its operations, and resources that nothing was done about.
 */
export async function remediateDrift(
  session: Session,
  request: RemediateRequest,
): Promise<Outcome> {
  const { input } = request;
  if (input.action === undefined) return { failure: usageFailure('missing: --action') };
  if (request.resources.length === 0 && input.cause === undefined) {
    return { failure: usageFailure('specify resources, or a cause with --cause') };
  }
  const ids = await resolveAll(session, request.resources);
  if (!ids.ok) return { failure: ids.error };
  const whole = { ...input, ...(ids.value.length === 0 ? {} : { ids: ids.value }) };
  const isAsked = request.mode === 'ask' && session.io.hasTerminal;
  const refused = isAsked ? await askAboutPlan(session, whole) : undefined;
  if (refused !== undefined) return { failure: refused };
  const mode = request.mode === 'carry-out' || isAsked ? 'carry-out' : 'plan';
  const answer = await callOperation(session, 'drift.remediate', {
    ...whole,
    ...(mode === 'plan' ? { dry_run: true } : {}),
  });
  if (!answer.ok) return { failure: answer.error };
  const ended: Ended[] = [];
  for (const item of Remediated.parse(answer.value).remediated) {
    ended.push(await endOf(session, item, request));
  }
  if (mode === 'plan') session.io.stderr.write('Dry run. Add --yes to apply\n');
  const items = ended.map(({ item }) => item);
  const document: Document = { kind: 'written', value: { ...answer.value, remediated: items } };
  const failure = ended.find((each) => each.failure !== undefined)?.failure ?? failureOf(items);
  return failure === undefined ? { document } : { document, failure };
}

/** Shows a person what would be done, and asks. */
async function askAboutPlan(session: Session, input: Fields): Promise<Failure | undefined> {
  const planned = await callOperation(session, 'drift.remediate', { ...input, dry_run: true });
  if (!planned.ok) return planned.error;
  session.io.stderr.write(renderOutput({ kind: 'written', value: planned.value }, 'table'));
  return askToGoAhead(session);
}

async function resolveAll(
  session: Session,
  resources: readonly string[],
): Promise<Result<readonly string[], Failure>> {
  const ids: string[] = [];
  for (const resource of resources) {
    const id = await resolveName(session, RESOURCE_KINDS, resource);
    if (!id.ok) return id;
    ids.push(id.value);
  }
  return ok(ids);
}

async function endOf(
  session: Session,
  item: RemediationItem,
  { wait, timeoutMs }: RemediateRequest,
): Promise<Ended> {
  const { operation } = item;
  if (operation === null || wait === 'none') return { item, failure: undefined };
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  const waited = await waitOperation(session, { id: operation.id, ...limit });
  if (!waited.ok) return { item, failure: waited.error };
  const failure = failureOfOperation(waited.value);
  const outcome = failure === undefined ? 'done' : item.outcome;
  return { item: { ...item, outcome, operation: waited.value }, failure };
}

function failureOf(items: readonly RemediationItem[]): Failure | undefined {
  const left = items.filter(({ outcome }) => outcome === 'refused' || outcome === 'needs-approval');
  if (left.length === 0) return undefined;
  return findingsFailure(`${left.length} of ${items.length} resources were not remediated`);
}
