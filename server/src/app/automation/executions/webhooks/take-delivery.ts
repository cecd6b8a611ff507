/**
 * Takes what others deliver to webhooks of workflows. A delivery starts one execution at most: the
 * commit that admits it also stores the delivery, under an id that nothing else can take.
 */
import { hash } from 'node:crypto';
import {
  type OperationId,
  OperationId as OperationIdSchema,
  TenantId,
} from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import {
  isAboutNovacron,
  matchDelivery,
  readDeliveries,
} from '@novacron/engine/automation/workflows/match-delivery';
import type { Delivery } from '@novacron/engine/automation/workflows/model/delivery';
import type { Change } from '../../../../ports/store.ts';
import type { WebhookDeliveryRow } from '../../../../ports/tables/automation/workflow-rows.ts';
import {
  type Allowance,
  createLimiter,
  type Limiter,
} from '../../../access/limits/rate-limiter.ts';
import type { RefusalRecorder } from '../../../access/refusals/record-refusals.ts';
import type { BeginParts } from '../../../kernel/arbitration/platform-write.ts';
import type { Sender } from '../../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { recordOutsideAlert } from '../../alerts/record-outside-alert.ts';
import { noteOutcome, type TriggerScope, tryStart } from '../start-by-trigger.ts';
import { CHAIN_LENGTH_MAX, END_OF_CHAIN } from '../tasks/chain-of-executions.ts';
import {
  type FoundWebhook,
  findWebhook,
  openSenderSecrets,
  type SenderSecrets,
  type WebhookAddress,
} from './find-webhook.ts';
import { CLOCK_TOLERANCE_MS, type SignedDelivery, verifyDelivery } from './verify-delivery.ts';

/** Request that arrived at a webhook address. */
export interface DeliveryRequest extends SignedDelivery {
  readonly address: WebhookAddress;
  /** Number of executions that led to it. */
  readonly chainLength: number;
  /** Reads the body, once its sender is known. Problems: it is no JSON. */
  readonly readJson: () => Result<unknown, Problem>;
  readonly sender: Required<Sender>;
}

/**
 * Outcome of a delivery. `ignored`: its condition does not hold, or it is about alerts that have
 * ended; `repeated`: it was received before, and started that execution or was refused.
 */
export interface TakenDelivery {
  readonly status: 'started' | 'repeated' | 'ignored';
  readonly execution_id: OperationId | null;
}

/** Takes one. Problems: `unauthenticated` and all for which nothing was started. */
export type TakeDelivery = (request: DeliveryRequest) => Promise<Result<TakenDelivery, Problem>>;

/** Rate limit of one webhook on each server: allows bursts, such as a push of many branches. */
const ALLOWANCE: Allowance = { burst: 60, perSecond: 1 };

/**
 * Time for which an id counts as used: longer than its signature is valid, since senders retry for
 * hours.
 */
const ID_KEPT_MS = 86_400_000;

/** Time for which an alert counts as known: Alertmanager repeats it for as long as it fires. */
const ALERTS_KEPT_MS = 30 * 86_400_000;

const CLOCK_TOLERANCE_S = CLOCK_TOLERANCE_MS / 1_000;

/** Dependencies of receiving deliveries. */
interface Parts extends BeginParts<CapabilityDeps> {
  readonly refusals: RefusalRecorder;
}

/** Makes what takes the deliveries of one server. */
export function createDeliveries(parts: Parts): TakeDelivery {
  const limiter = createLimiter(parts.deps.clock, ALLOWANCE);
  return async (request) => {
    const taken = await take(parts, limiter, request);
    return taken;
  };
}

async function take(
  parts: Parts,
  limiter: Limiter,
  request: DeliveryRequest,
): Promise<Result<TakenDelivery, Problem>> {
  const { deps } = parts;
  const found = await findWebhook(deps, request.address);
  const known = found === undefined ? UNKNOWN_SENDER : await openSenderSecrets(deps, found);
  const verified = verifyDelivery(request, {
    kind: found?.trigger.webhook.kind ?? 'generic',
    secrets: found === undefined ? [deps.ids.next('req')] : known.values,
    nowMs: deps.clock.nowMs(),
  });
  if (found === undefined) return refuseUnknown(parts, request);
  if (!verified.ok) {
    return refuseSender(parts, request, { found, reason: known.fault ?? verified.error });
  }
  if (found.workflow.enabled !== 1) {
    return refuseSender(parts, request, { found, reason: 'it is disabled', refusal: disabled() });
  }
  if (found.row.state === 'off') {
    return refuseSender(parts, request, { found, reason: 'its author is no longer authorized' });
  }
  const { workflow_id: id } = found.row;
  const waitMs = limiter.take(`${id}/${request.address.name}`);
  if (waitMs > 0) return err(tooMany(waitMs));
  const json = request.readJson();
  if (!json.ok) return json;
  const read = readDeliveries(found.trigger.webhook, json.value);
  if (!read.ok) return err(unusable(`The body ${read.error}.`));
  const { deliveryId } = verified.value;
  const taken: Result<TakenDelivery, Problem>[] = [];
  for (const delivery of read.value) {
    const recorded = await recordAlert(parts, found, delivery);
    if (!recorded.ok) return recorded;
    taken.push(await start(parts, request, { found, delivery, deliveryId }));
  }
  return combine(taken);
}

/** Whatever the trigger makes of it: people see the alert in the list of alerts. */
async function recordAlert(
  { deps }: Parts,
  { trigger, workflow }: FoundWebhook,
  { alert, payload }: Delivery,
): Promise<Result<void, Problem>> {
  if (alert === undefined) return ok(undefined);
  const isOwn = isAboutNovacron(trigger.webhook, payload);
  const subject = isOwn ? 'novacron' : 'other';
  return recordOutsideAlert(deps, { tenantId: workflow.tenant_id, workflow, subject }, alert);
}

/** All that one request has delivered: a problem of a part is answered, and the others are kept. */
function combine(taken: readonly Result<TakenDelivery, Problem>[]): Result<TakenDelivery, Problem> {
  const refused = taken.find((each) => !each.ok);
  if (refused !== undefined) return refused;
  const parts = taken.flatMap((each) => (each.ok ? [each.value] : []));
  const [first = IGNORED] = STATUSES.flatMap((wanted) =>
    parts.filter(({ status }) => status === wanted),
  );
  return ok(first);
}

/** A request of which something was started was started. */
const STATUSES: readonly TakenDelivery['status'][] = ['started', 'repeated', 'ignored'];

const UNKNOWN_SENDER: SenderSecrets = { values: [], fault: undefined };

interface Known {
  readonly found: FoundWebhook;
  readonly delivery: Delivery;
  readonly deliveryId: string | undefined;
}

async function start(
  parts: Parts,
  request: DeliveryRequest,
  { found, delivery, deliveryId }: Known,
): Promise<Result<TakenDelivery, Problem>> {
  const { deps } = parts;
  const { row, trigger, workflow } = found;
  const { name } = trigger.webhook;
  const matched = matchDelivery(trigger, delivery.payload);
  if (matched.ok && matched.value === undefined) return ok(IGNORED);
  const nowMs = deps.clock.nowMs();
  const key = [name, deliveryId === undefined ? 'alerts' : 'id', deliveryId ?? delivery.identity];
  const wanted: WebhookDeliveryRow = {
    id: `${workflow.id}/${hash('sha256', JSON.stringify(key), 'hex').slice(0, 32)}`,
    tenant_id: workflow.tenant_id,
    execution_id: null,
    expires_at_ms: nowMs + (deliveryId === undefined ? ALERTS_KEPT_MS : ID_KEPT_MS),
  };
  const before = await findDelivery(deps, wanted.id);
  if (before !== undefined && before.expires_at_ms > nowMs) return ok(repeated(before));
  const scope: TriggerScope = {
    ...parts,
    guard: (id) => storeOnce(before, { ...wanted, execution_id: id ?? null }),
  };
  const progress = { reached: row.reached, next_ms: null };
  const depth = request.chainLength + 1;
  const reason = matched.ok ? undefined : matched.error;
  const isOwn = isAboutNovacron(trigger.webhook, delivery.payload);
  const refusal = isOwn ? OWN_ALERT : depth > CHAIN_LENGTH_MAX ? `with it ${END_OF_CHAIN}` : reason;
  if (refusal !== undefined || !matched.ok) {
    const outcome = `a delivery started nothing: ${refusal}`;
    await noteOutcome(scope, row, { progress, outcome, event: 'refused' });
    return err(unusable(`Nothing was started: ${refusal}.`));
  }
  const inputs = matched.value ?? {};
  const cause = { kind: 'webhook', name, depth } as const;
  const { sender } = request;
  const outcome = await tryStart(scope, { row, inputs, cause, progress, sender });
  switch (outcome.kind) {
    case 'started':
      return ok({ status: 'started', execution_id: OperationIdSchema.parse(outcome.executionId) });
    case 'off':
      return err(notAccepted());
    case 'refused':
      return err(refused(outcome.problem));
    case 'later': {
      // The same delivery may have come to another server at the same time.
      const other = await findDelivery(deps, wanted.id);
      return other === undefined || other.expires_at_ms <= nowMs
        ? err(busy())
        : ok(repeated(other));
    }
  }
}

const OWN_ALERT = 'the alert is about NovaCron itself (service="novacron"): act on it by hand';

async function findDelivery(
  { store }: Pick<CapabilityDeps, 'store'>,
  id: string,
): Promise<WebhookDeliveryRow | undefined> {
  const [row] = await store.read({ from: 'webhook_deliveries', where: { id } });
  return row;
}

/** Fails where the delivery was stored meanwhile. */
function storeOnce(expired: WebhookDeliveryRow | undefined, row: WebhookDeliveryRow): Change {
  const otherwise = problem('conflict', {
    detail: 'The same delivery was accepted at the same time.',
    remedy: 'No action is required.',
  });
  if (expired === undefined) return { kind: 'insert', into: 'webhook_deliveries', row, otherwise };
  const { id, ...set } = row;
  const expect = { expires_at_ms: expired.expires_at_ms };
  return { kind: 'update', table: 'webhook_deliveries', id, set, expect, otherwise };
}

const IGNORED: TakenDelivery = { status: 'ignored', execution_id: null };

function repeated({ execution_id: id }: WebhookDeliveryRow): TakenDelivery {
  return { status: 'repeated', execution_id: id === null ? null : OperationIdSchema.parse(id) };
}

/** Its tenant is not known, so the first one gets the entry, as for an unknown key. */
async function refuseUnknown(
  { refusals }: Parts,
  { sender }: DeliveryRequest,
): Promise<Result<never, Problem>> {
  const failure = { problem: notAccepted(), tenantId: undefined, name: '' };
  await refusals.unauthenticated(failure, sender);
  return err(failure.problem);
}

/** Refused delivery, with the reason. */
interface Refusal {
  readonly found: FoundWebhook;
  readonly reason: string;
  /** The answer to the sender; unless given, that to an unknown address. */
  readonly refusal?: Problem;
}

/** The audit log of the tenant has the reason. */
async function refuseSender(
  { refusals }: Parts,
  { sender, address }: DeliveryRequest,
  { found, reason, refusal = notAccepted() }: Refusal,
): Promise<Result<never, Problem>> {
  const { id, name, tenant_id } = found.workflow;
  const principal = {
    id: `${id}/${address.name}`,
    name: `webhook ${address.name}`,
    kind: 'unknown',
    role: 'viewer',
    tenantId: TenantId.parse(tenant_id),
  } as const;
  await refusals.refused({
    operation: 'workflow.deliver',
    target: { id, name },
    context: { ...sender, principal, client: 'rest' },
    refusal,
    reason,
  });
  return err(refusal);
}

/** One text for all that is wrong, so that addresses cannot be found out. */
function notAccepted(): Problem {
  return problem('unauthenticated', {
    detail: 'The delivery was rejected: its address, secret, signature or timestamp is wrong.',
    remedy:
      'Compare the address with "starts" in novacron workflow show. Sign ID.TIMESTAMP.BODY with ' +
      `the secret, and check the clock: ${CLOCK_TOLERANCE_S} s of skew are tolerated. The audit ` +
      'log of the tenant contains the exact reason.',
  });
}

/** Its sender has proved who it is. */
function disabled(): Problem {
  return problem('conflict', {
    detail: 'The delivery was rejected: the workflow of this address is disabled.',
    remedy: 'Ask its owner to enable it, then send the delivery again with the same id.',
    data: { reason: 'disabled' },
  });
}

function tooMany(waitMs: number): Problem {
  return problem('rate-limited', {
    detail:
      `The webhook accepts ${ALLOWANCE.burst} deliveries at once, and then ` +
      `${ALLOWANCE.perSecond} a second.`,
    remedy: `Send it again in ${waitMs} ms, with the same id.`,
    data: { retry_after_ms: waitMs },
  });
}

function unusable(detail: string): Problem {
  return problem('validation-failed', {
    detail,
    remedy: 'Compare the body with the condition and the inputs of the trigger in the workflow.',
  });
}

/** Senders are outside: why the server refuses is for those who may read the workflow. */
function refused({ code }: Problem): Problem {
  return problem(code, {
    detail: 'The delivery was accepted, but nothing was started: the server refused the execution.',
    remedy:
      'See "last_outcome" in novacron workflow show for the reason, fix it, and send another ' +
      'delivery.',
  });
}

function busy(): Problem {
  return problem('unavailable', {
    detail: 'The delivery was not accepted: the server or the workflow is busy.',
    remedy: 'Send it again later, with the same id.',
  });
}
