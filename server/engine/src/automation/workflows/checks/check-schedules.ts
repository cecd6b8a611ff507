/** Checks schedules and triggers: cron lines, zones, dates, inputs. */
import {
  type AutomationDefinition,
  type AutomationSchedule,
  type AutomationTrigger,
  durationMsOf,
} from '@novacron/contract/automation/definition';
import { compileCron } from '../../../compile-cron.ts';
import type { DefinitionPath, Finding } from '../model/automation.ts';
import {
  compileEventCondition,
  compilePayloadCondition,
} from '../parse/compile-trigger-condition.ts';
import { checkInputs } from '../resolve/resolve-inputs.ts';
import { errorAt, warningAt } from './finding-at.ts';

const TRIGGER_KINDS = ['event', 'metric', 'webhook', 'drift', 'incident'] as const;

/** Finds lines that never occur, unknown zones, wrong dates, and inputs that are missing. */
export function checkSchedules(definition: AutomationDefinition): readonly Finding[] {
  const { schedules = [], triggers = [] } = definition;
  const findings = schedules.flatMap((schedule, index) => {
    const path = ['schedules', index];
    const own = checkSchedule(schedule, path);
    const given = schedule.inputs ?? {};
    const faults = checkInputs(definition, given).map(({ name, message }) =>
      errorAt([...path, 'inputs', name], message),
    );
    return [...own, ...faults];
  });
  const ofTriggers = triggers.flatMap((trigger, index) =>
    checkTrigger(definition, trigger, ['triggers', index]),
  );
  return [...findings, ...ofTriggers, ...checkWebhookNames(triggers)];
}

/** Two webhooks of one name would have one address. */
function checkWebhookNames(triggers: readonly AutomationTrigger[]): Finding[] {
  const names = triggers.map(({ webhook }) => webhook?.name);
  return names.flatMap((name, index) =>
    name === undefined || names.indexOf(name) === index
      ? []
      : [errorAt(['triggers', index, 'webhook', 'name'], `is the name of another one: ${name}`)],
  );
}

function checkTrigger(
  { inputs = {} }: AutomationDefinition,
  trigger: AutomationTrigger,
  path: DefinitionPath,
): Finding[] {
  const kinds = TRIGGER_KINDS.filter((kind) => trigger[kind] !== undefined);
  if (kinds.length !== 1) {
    return [errorAt(path, `must be one of ${TRIGGER_KINDS.join(', ')}`)];
  }
  const given = trigger.inputs ?? {};
  const place = [...path, 'inputs'];
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(inputs, name));
  const missing = Object.entries(inputs).filter(
    ([name, input]) => input.default === undefined && !Object.hasOwn(given, name),
  );
  return [
    ...unknown.map((name) => errorAt([...place, name], 'is not an input: declare it under inputs')),
    ...missing.map(([name]) =>
      errorAt([...place, name], 'is missing: give it a path into what triggers the run'),
    ),
    ...checkCondition(trigger, path),
    ...checkSource(trigger, path),
  ];
}

function checkCondition({ event, webhook }: AutomationTrigger, path: DefinitionPath): Finding[] {
  const place = [...path, event === undefined ? 'webhook' : 'event', 'if'];
  const compile = event === undefined ? compilePayloadCondition : compileEventCondition;
  const condition = event?.if ?? webhook?.if;
  const compiled = condition === undefined ? undefined : compile(condition);
  return compiled?.ok === false ? [errorAt(place, compiled.error)] : [];
}

/** Checks the source of metrics and deliveries. */
function checkSource({ metric, webhook }: AutomationTrigger, path: DefinitionPath): Finding[] {
  if (metric?.vm !== undefined && metric.vm_group !== undefined) {
    const message = 'is one too many: give vm or vm_group, or neither for metrics of the tenant';
    return [errorAt([...path, 'metric', 'vm_group'], message)];
  }
  // Texts without secrets are stored: until now a webhook had none.
  if (webhook === undefined || webhook.secrets !== undefined) return [];
  const message = 'is missing: without a secret that senders sign with, nothing is accepted';
  return [warningAt([...path, 'webhook', 'secrets'], message)];
}

function checkSchedule(schedule: AutomationSchedule, path: DefinitionPath): Finding[] {
  const { cron, timezone, jitter, except = [] } = schedule;
  const compiled = compileCron({ schedule: cron, timezone });
  if (!compiled.ok) {
    const { field, message } = compiled.error;
    return [errorAt([...path, field === 'schedule' ? 'cron' : field], message)];
  }
  const findings = except.flatMap((dates, index) => {
    const message = faultOfDates(dates);
    return message === undefined ? [] : [errorAt([...path, 'except', index], message)];
  });
  const [first, second] = compiled.value.nextRuns(2, new Date(0));
  const pauseMs = (second?.getTime() ?? Number.POSITIVE_INFINITY) - (first?.getTime() ?? 0);
  if (jitter !== undefined && durationMsOf(jitter) >= pauseMs) {
    const message = 'is not shorter than the pause between two runs: lower it';
    findings.push(errorAt([...path, 'jitter'], message));
  }
  return findings;
}

function faultOfDates(dates: string): string | undefined {
  const [first = '', last = first] = dates.split('/');
  for (const date of [first, last]) {
    if (!isDate(date)) return `names ${date}, which is not a date`;
  }
  return last < first ? `ends before it begins: write ${last}/${first}` : undefined;
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
