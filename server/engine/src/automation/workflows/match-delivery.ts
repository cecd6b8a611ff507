/** Reads what is delivered to a webhook, and decides whether it starts a run, with which inputs. */
import { AlertmanagerPayload } from '@novacron/contract/automation/alertmanager';
import type { AutomationTrigger } from '@novacron/contract/automation/definition';
import { JsonObject } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { Delivery } from './model/delivery.ts';
import { toCelValue } from './parse/compile-condition.ts';
import { compilePayloadCondition } from './parse/compile-trigger-condition.ts';
import { takeInputs } from './resolve/resolve-step.ts';

/** The webhook of a trigger. */
type Webhook = NonNullable<AutomationTrigger['webhook']>;

/** Alertmanager also reports that alerts have ended, which is no reason to act. */
const FIRING = 'payload.status == "firing"';

/** A commit that is on a branch or a tag now: neither a ping nor a deletion. */
const PUSHED = 'has(payload.ref) && has(payload.after) && !payload.after.matches("^0+$")';

/** Conditions of triggers that have none. */
const DEFAULT_CONDITIONS: Readonly<Record<Webhook['kind'], string | undefined>> = {
  generic: undefined,
  alertmanager: FIRING,
  github: PUSHED,
  gitlab: PUSHED,
};

/**
 * Reads a body as the webhook's kind has it. A notification of Alertmanager has all alerts of a
 * group, those that fired before and those that have ended among them: each is a delivery.
 * @returns the payloads with their identities. Problems: what is wrong with the body, in words that
 *   go on after "the body"
 */
export function readDeliveries(
  { kind }: Pick<Webhook, 'kind'>,
  json: unknown,
): Result<readonly Delivery[], string> {
  const read = JsonObject.safeParse(json);
  if (!read.success) return err('is not a JSON object');
  const body = read.data;
  if (kind === 'generic') return ok([{ payload: body, identity: undefined, alert: undefined }]);
  if (kind !== 'alertmanager') return ok([readPush(body)]);
  const parsed = AlertmanagerPayload.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') || 'it';
    return err(`is not what Alertmanager sends (version 4): ${place} ${issue?.message}`);
  }
  return ok(
    parsed.data.alerts.map((alert) => ({
      payload: { ...body, status: alert.status, alert, alerts: [alert] },
      identity: identify(alert),
      alert,
    })),
  );
}

/** The same move of the same branch is the same push, whatever id its sender gives it. */
function readPush(body: JsonObject): Delivery {
  const { ref = null, before = null, after = null } = body;
  return { payload: body, identity: JSON.stringify([ref, before, after]), alert: undefined };
}

/** An alert with the same labels and the same start is the same, in whatever group it comes. */
function identify({ status, labels, startsAt }: AlertmanagerPayload['alerts'][number]): string {
  const pairs = Object.entries(labels).toSorted(([one], [two]) => (one < two ? -1 : 1));
  return JSON.stringify([status, startsAt, pairs]);
}

/** Label of the alerts that this project's rules raise about NovaCron. */
const OWN_SERVICE = 'novacron';

const OwnAlert = z.object({
  alert: z.object({ labels: z.object({ service: z.literal(OWN_SERVICE) }) }),
});

/**
 * Whether a payload is an alert about NovaCron itself. What fails cannot be relied on to repair
 * itself, and a workflow that makes it worse would start again with each alert.
 */
export function isAboutNovacron({ kind }: Pick<Webhook, 'kind'>, payload: JsonObject): boolean {
  return kind === 'alertmanager' && OwnAlert.safeParse(payload).success;
}

/**
 * Matches a payload with a trigger.
 * @returns the inputs of the run; undefined where it starts none. Problems: why its condition or an
 *   input is unknown
 */
export function matchDelivery(
  { webhook, inputs = {} }: Pick<AutomationTrigger, 'inputs'> & { readonly webhook: Webhook },
  payload: JsonObject,
): Result<JsonObject | undefined, string> {
  const condition = webhook.if ?? DEFAULT_CONDITIONS[webhook.kind];
  if (condition !== undefined) {
    const compiled = compilePayloadCondition(condition);
    if (!compiled.ok) return compiled;
    const holds = compiled.value.evaluate({ payload: toCelValue(payload) });
    if (!holds.ok) return holds;
    if (!holds.value) return ok(undefined);
  }
  return takeInputs(inputs, payload);
}
