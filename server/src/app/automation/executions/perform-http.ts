/**
 * Performs a step that is an HTTP request. A server that is killed while it waits for the answer
 * cannot know whether the request had its effect, so the next one sends it again: each carries the
 * same Idempotency-Key. Source of the idea: the draft httpapi-idempotency-key-header of the IETF.
 */
import {
  type AutomationStep,
  type Compensation,
  durationMsOf,
} from '@novacron/contract/automation/definition';
import type { Json } from '@novacron/contract/json';
import { assert } from '@novacron/contract/result';
import { headersWithSecrets } from '@novacron/engine/automation/workflows/resolve/list-secrets';
import {
  type RunValues,
  resolveStep,
} from '@novacron/engine/automation/workflows/resolve/resolve-step';
import { isDeeper } from '@novacron/engine/yaml-documents';
import { z } from 'zod';
import type { EgressAnswer, EgressRequest } from '../../../ports/egress.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type {
  AutomationAction,
  ExecutionPlan,
  StepOutcome,
} from '../../kernel/definitions/operation-definition.ts';
import type { CapabilityStepParts } from '../../platform/deps.ts';
import { failed, failureOf } from '../../platform/egress-outcome.ts';
import { sendInTurn, stopSignalOf } from '../../platform/send-in-turn.ts';
import { egressHostsOf, refuseEgressHost } from '../../resources/egress-hosts.ts';
import { isSameTarget, targetOf } from './http-target.ts';
import { maskerOf } from './mask-values.ts';
import { CHAIN_HEADER } from './tasks/chain-of-executions.ts';
import { openSecrets } from './use-secrets.ts';

/** Longest time of one request. Unit: ms. */
export const HTTP_MS_MAX = 600_000;

/** The time of a request whose step has no timeout. Unit: ms. */
const HTTP_MS_DEFAULT = 30_000;

/** Maximum part of a response body that is read. Unit: bytes. */
const BODY_BYTES_MAX = 65_536;

/** Deeper answers stay texts: what reads them calls itself once a level. */
const DEPTH_MAX = 64;

/** An attempt at a step that is a request. */
export interface HttpRun {
  readonly parts: CapabilityStepParts;
  readonly execution: ExecutionPlan;
  readonly row: Tables['operations'];
  readonly step: AutomationStep;
  /** Names the step: one of an item is another one than that of the definition. */
  readonly name: string;
  readonly part: AutomationAction['part'];
  readonly values: RunValues;
  readonly signal: AbortSignal;
}

/** Source of the outputs, or the outcome of the attempt. */
export type HttpOutcome = { readonly kind: 'answered'; readonly answer: Json } | StepOutcome;

const Resolved = z.object({
  http: z.object({
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
    url: z.string(),
    headers: z.record(z.string(), z.json()).default({}),
    body: z.json().optional(),
  }),
});

/** Sends the request. @param stopped - the reason of a signal that ends the attempt at once */
export async function performHttp(run: HttpRun, stopped: string): Promise<HttpOutcome> {
  const { parts, row, step, part, values } = run;
  const { settings, egress } = parts.deps;
  const action: Partial<AutomationStep> | Compensation =
    part === 'action' ? step : (step.compensate ?? {});
  const target = targetOf(action);
  assert(target !== undefined, 'a run has requests with an address');
  if (egress === undefined) return failed('this server sends no requests');
  const hosts = egressHostsOf(settings.egressHosts, row.tenant_id);
  const refused = refuseEgressHost(target.host, hosts);
  if (refused !== undefined) return failed(`it ${refused}`);
  const opened = await openSecrets(parts.deps, action, {
    pins: run.execution.secrets ?? [],
    tenantId: row.tenant_id,
    workflow: row.target_name,
    place: { kind: 'host', host: target.host },
  });
  if (!opened.ok) return failed(`it ${opened.error.words}`, opened.error.next);
  const masker = maskerOf(opened.value.all);
  const resolved = resolveStep(withSecretHeaders(action), 'http', {
    ...values,
    secrets: opened.value.byKey,
  });
  if (!resolved.ok) return failed(masker.text(resolved.error));
  const { http } = Resolved.parse(resolved.value);
  if (!URL.canParse(http.url)) return failed('its values produce an invalid address');
  const url = new URL(http.url);
  if (!isSameTarget(target, url))
    return failed(`its values produce a host other than the one in its text`);
  const request: Omit<EgressRequest, 'timeoutMs'> = {
    link: 'steps',
    tenantId: row.tenant_id,
    hosts,
    method: http.method,
    url: url.href,
    headers: { ...headersOf(run, http.body), ...textsOf(http.headers), ...chainOf(run) },
    body: typeof http.body === 'string' ? http.body : bodyOf(http.body),
    bodyBytesMax: BODY_BYTES_MAX,
    signal: stopSignalOf(run.signal, stopped),
  };
  const limit = part === 'action' && step.timeout !== undefined ? step.timeout : undefined;
  const timeoutMs = limit === undefined ? HTTP_MS_DEFAULT : durationMsOf(limit);
  const whole = { ...request, timeoutMs };
  const answer = await sendInTurn(parts.deps, { timeoutMs, signal: run.signal }, () =>
    egress.send(whole),
  );
  const codes = action.success_when?.status_codes;
  const isExpected = codes === undefined ? undefined : (status: number) => codes.includes(status);
  const failure = failureOf(target.host, answer, isExpected);
  if (failure !== undefined) {
    return isRepeatable(run, http.method, answer) ? failure : { ...failure, next: 'final' };
  }
  assert(answer.kind === 'answered', 'what did not fail was answered');
  return { kind: 'answered', answer: masker.json(answerOf(answer)) };
}

/** Statuses of receivers that have not begun: RFC 6585 and RFC 8470. */
const NOT_BEGUN: readonly number[] = [425, 429];

/**
 * Whether a request may be sent again: it reads, its receiver has not begun, it is an undo, or its
 * step has a `retry`.
 */
function isRepeatable(
  { step, part }: Pick<HttpRun, 'step' | 'part'>,
  method: string,
  answer: EgressAnswer,
): boolean {
  if (step.retry !== undefined || part !== 'action') return true;
  if (method === 'GET' || method === 'HEAD') return true;
  return answer.kind === 'answered' && NOT_BEGUN.includes(answer.status);
}

function withSecretHeaders(action: Partial<AutomationStep> | Compensation) {
  const { http } = action;
  if (http === undefined || action.secrets === undefined) return action;
  return { ...action, http: { ...http, headers: headersWithSecrets(action) } };
}

/** Names the request for receivers that drop repeats: the same in every attempt. */
function headersOf({ row, name, part }: HttpRun, body: Json | undefined) {
  const key = [row.id, name, ...(part === 'action' ? [] : ['compensation'])].join('/');
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  return {
    'user-agent': 'novacron',
    'idempotency-key': key,
    ...(body === undefined ? {} : { 'content-type': type }),
  };
}

/** No text replaces it: a loop would go on. */
function chainOf({ execution: { cause } }: HttpRun) {
  return { [CHAIN_HEADER]: String(cause?.depth ?? 1) };
}

/** Header names do not depend on case, and one that the text gives replaces that of the server. */
function textsOf(headers: Readonly<Record<string, Json>>): Readonly<Record<string, string>> {
  const texts = Object.entries(headers).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(texts);
}

function bodyOf(body: Json | undefined): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body);
}

/** A body that was cut is left out: outputs that read it fail, and others do not. */
function answerOf({ status, headers, body, isCut }: EgressAnswer & { kind: 'answered' }): Json {
  const answer = { status, headers };
  if (isCut) return answer;
  const isJson = /^application[/](?:[\w.+-]+[+])?json\b/i.test(headers['content-type'] ?? '');
  return { ...answer, body: isJson ? readJson(body) : body };
}

function readJson(text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return isDeeper(value, DEPTH_MAX) ? text : value;
  } catch {
    return text;
  }
}
