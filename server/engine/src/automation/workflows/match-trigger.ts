/** Decides whether an event starts a run of a workflow, and with which inputs. */
import type { AutomationTrigger } from '@novacron/contract/automation/definition';
import { DriftSeverity } from '@novacron/contract/drift/drift';
import type { Json, JsonObject } from '@novacron/contract/json';
import { ok, type Result } from '@novacron/contract/result';
import { toCelValue } from './parse/compile-condition.ts';
import { compileEventCondition } from './parse/compile-trigger-condition.ts';
import { takeInputs } from './resolve/resolve-step.ts';

/** Event that starts a run, as clients see it. */
export interface TriggeringEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly priority: string;
  readonly at: string;
  readonly data: JsonObject;
}

const SEVERITIES: readonly string[] = DriftSeverity.options;

/** Events that begin something; those that change or end it start no run. */
const DRIFT_EVENTS: readonly string[] = ['drift.detected', 'drift.tampered'];

/** Returns the kind of event that starts a trigger: `event` includes incidents and drift. */
export function startKindOf({
  metric,
  webhook,
}: AutomationTrigger): 'event' | 'metric' | 'webhook' {
  if (metric !== undefined) return 'metric';
  return webhook === undefined ? 'event' : 'webhook';
}

/**
 * Matches an event with a trigger.
 * @returns the inputs of the run; undefined where the event starts none. Problems: why its
 *   condition or an input is unknown
 */
export function matchTrigger(
  trigger: AutomationTrigger,
  event: TriggeringEvent,
): Result<JsonObject | undefined, string> {
  if (!isOfType(trigger, event)) return ok(undefined);
  const json: Json = { ...event };
  const holds = evaluate(trigger.event?.if, json);
  if (!holds.ok) return holds;
  if (!holds.value) return ok(undefined);
  return takeInputs(trigger.inputs ?? {}, json);
}

function isOfType({ event: asked, drift, incident }: AutomationTrigger, event: TriggeringEvent) {
  const { type, data } = event;
  if (asked !== undefined) {
    return asked.type.endsWith('.*')
      ? type.startsWith(asked.type.slice(0, -1))
      : type === asked.type;
  }
  if (incident !== undefined) {
    if (type !== 'incident.opened') return false;
    return incident.kind === undefined || data.cause === incident.kind;
  }
  if (drift === undefined || !DRIFT_EVENTS.includes(type)) return false;
  // The most severe one comes first.
  const found = SEVERITIES.indexOf(String(data.severity));
  return found >= 0 && found <= SEVERITIES.indexOf(drift.severity);
}

function evaluate(condition: string | undefined, event: Json): Result<boolean, string> {
  if (condition === undefined) return ok(true);
  const compiled = compileEventCondition(condition);
  return compiled.ok ? compiled.value.evaluate({ event: toCelValue(event) }) : compiled;
}
