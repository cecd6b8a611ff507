/**
 * Definitions of workflows and runbooks: one format for both. The keys are those that people write;
 * durations stay as they are written. Its JSON Schema is what editors complete from.
 */
import { z } from 'zod';
import { parseDuration } from '../formats/duration.ts';
import { JsonObject } from '../json.ts';
import { StepHosts } from './network-host.ts';

/** Steps of one definition. Longer ones are several workflows that call each other. */
export const STEPS_MAX = 500;

/** Steps that run after all others of one definition. */
export const FINALLY_MAX = 32;

/** Items that one step is repeated for. */
export const FOR_EACH_MAX = 1_000;

/** Items of one step that are under way at the same time, unless it says so. */
export const PARALLEL_DEFAULT = 10;

/** More at the same time is a flood for whatever the step calls. */
const PARALLEL_MAX = 100;

/** Unit: characters. */
const TEXT_MAX = 2_048;
const MESSAGE_MAX = 4_096;
const NAME_MAX = 128;

const NAMED_MAX = 64;

/** Artifacts that one step loads, or saves. */
const ARTIFACTS_MAX = 16;

/** Attempts of one step; more is a loop. */
const ATTEMPTS_MAX = 100;

const CODES_MAX = 64;

/** Default time limit of an approval: a week. Unit: milliseconds. */
const APPROVAL_MS_DEFAULT = 7 * 86_400_000;

const CHANNELS_MAX = 16;

/** The secret that senders have, and the one that they are about to get. */
const WEBHOOK_SECRETS_MAX = 2;

const DURATION_WORDS = 'must be a duration such as 30s or 2h, or a number of seconds';

/** A span of time: a text with units, or a number of seconds; more than 0. */
const Duration = z.union(
  [
    z
      .string()
      .max(NAMED_MAX)
      .refine((text) => (parseDuration(text) ?? 0) > 0, DURATION_WORDS),
    z.number().positive(),
  ],
  { error: DURATION_WORDS },
);
export type Duration = z.infer<typeof Duration>;

/** Reads a duration of a definition. Unit of the result: milliseconds. */
export function durationMsOf(duration: Duration): number {
  return typeof duration === 'number'
    ? Math.round(duration * 1_000)
    : (parseDuration(duration) ?? 0);
}

const Slug = z
  .string()
  .max(NAME_MAX, { abort: true })
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'must be a name of letters, digits, dots, dashes and underscores, such as db-failover',
  );

/** Name of a signal. */
export const SignalName = Slug;

/** Id of a step. */
export const StepId = z
  .string()
  .max(NAMED_MAX, { abort: true })
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]*$/,
    'must be an id of letters, digits, dashes and underscores that begins with a letter',
  );

const VariableName = z
  .string()
  .max(NAMED_MAX)
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'must be a name of letters, digits and underscores that does not begin with a digit',
  );

const Channels = z.array(Slug).min(1).max(CHANNELS_MAX);

const Text = z.string().min(1).max(TEXT_MAX);
const Message = z.string().min(1).max(MESSAGE_MAX);

/** Names that the author chooses: `dns`, or `vm:web-1`, which is a part of `vm`; `*` is all. */
const EffectNames = z
  .array(
    z
      .string()
      .max(NAME_MAX)
      .regex(/^(?:[*]|[A-Za-z0-9][A-Za-z0-9._:/-]*)$/, 'must be a name such as dns or vm:web-1'),
  )
  .max(NAMED_MAX);

/** A path into an answer: names and indexes, joined with dots, such as `items.0.id`. */
const AnswerPath = z
  .string()
  .max(TEXT_MAX)
  .regex(/^[\w-]+(?:[.][\w-]+)*$/, 'must be a path such as id or items.0.name');

/** One input of a run. */
export const AutomationInput = z.strictObject({
  type: z.enum(['string', 'integer', 'number', 'boolean', 'list', 'object']).default('string'),
  description: z.string().max(TEXT_MAX).optional(),
  default: z.json().optional().describe('Used where a run gives none; without it one is required'),
  one_of: z.array(z.json()).min(1).max(CODES_MAX).optional().describe('The values allowed'),
  pattern: z
    .string()
    .max(256)
    .optional()
    .describe('Regular expression (RE2) that the whole text must match'),
  min: z.number().optional().describe('Smallest number, or shortest text or list'),
  max: z.number().optional().describe('Largest number, or longest text or list'),
});
export type AutomationInput = z.infer<typeof AutomationInput>;

const Retry = z.strictObject({
  max_attempts: z.number().int().min(1).max(ATTEMPTS_MAX).describe('Including the first one'),
  backoff: z.enum(['fixed', 'linear', 'exponential']).optional(),
  delay: Duration.optional().describe('Pause before the second attempt'),
  max_delay: Duration.optional(),
});

const SecretName = z
  .string()
  .max(NAME_MAX)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*(?:@\d{1,9})?$/,
    'must be the name of a secret, or NAME@VERSION',
  );

const Secrets = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]*$/), SecretName)
  .describe('Secrets by variable or header; the value is a name, or NAME@VERSION');

/** Files that steps of one execution pass to each other. */
const Artifacts = z
  .strictObject({
    load: z
      .array(
        z
          .string()
          .max(2 * NAMED_MAX)
          .regex(
            /^[A-Za-z][A-Za-z0-9_-]*[.][A-Za-z][A-Za-z0-9_-]*$/,
            'must be a step and an artifact that it saves, such as fetch.source',
          ),
      )
      .min(1)
      .max(ARTIFACTS_MAX)
      .optional()
      .describe('Artifacts of steps before it, as STEP.NAME; read in $NOVACRON_ARTIFACTS/load'),
    save: z
      .array(
        z
          .string()
          .max(NAMED_MAX, { abort: true })
          .regex(
            /^[A-Za-z][A-Za-z0-9_-]*$/,
            'must be a name of letters, digits, dashes and underscores that begins with a letter',
          ),
      )
      .min(1)
      .max(ARTIFACTS_MAX)
      .optional()
      .describe('Files that it writes in $NOVACRON_ARTIFACTS/save, for later steps'),
  })
  .describe('Files that a command or playbook gets of earlier steps, and leaves for later ones');

/** Action of a step or of its compensation: exactly one kind, with its fields. */
const actionFields = {
  task: z.string().max(NAME_MAX).optional().describe('A write or a read of the operations table'),
  command: z
    .union([Message, z.array(Message).min(1).max(256)], {
      error: 'must be a command line, or a list of its words',
    })
    .optional()
    .describe('A program with its words; no shell runs'),
  ansible: z.string().min(1).max(TEXT_MAX).optional().describe('A playbook of the bundle'),
  inventory: z
    .string()
    .min(1)
    .max(TEXT_MAX)
    .optional()
    .describe('The inventory of a playbook, a file of the bundle; the runner alone unless given'),
  http: z
    .strictObject({
      method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
      url: Text,
      headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), Text).optional(),
      body: z.json().optional(),
    })
    .optional(),
  notify: z
    .strictObject({
      channel: Slug,
      subject: Text.optional(),
      recipients: z.array(Text).max(NAMED_MAX).optional(),
      message: Message,
    })
    .optional(),
  workflow: Slug.optional().describe('Another workflow, which runs as a part of this one'),
  version: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Version of that workflow; the current one when the step begins unless given'),
  with: JsonObject.optional().describe('Input of the task, playbook or workflow'),
  env: z.record(VariableName, z.string().max(MESSAGE_MAX)).optional(),
  hosts: StepHosts.optional().describe(
    'Hosts that a command or playbook reaches, as HOST:PORT, where its runner lets it',
  ),
  secrets: Secrets.optional(),
  token: z
    .union([z.boolean(), z.literal('read')])
    .optional()
    .describe(
      'Lets a command or playbook call this server as the principal that its step acts as: with ' +
        'a token in the file NOVACRON_API_KEY_FILE, which ends with the attempt; `read`: only ' +
        'what changes nothing, such as a plan',
    ),
  success_when: z
    .strictObject({
      exit_codes: z.array(z.number().int().min(0).max(255)).min(1).max(CODES_MAX).optional(),
      status_codes: z.array(z.number().int().min(100).max(599)).min(1).max(CODES_MAX).optional(),
    })
    .optional()
    .describe('Exit codes of a command (0), or statuses of HTTP (200 to 299), that are a success'),
};

/** Compensation of a step. */
export const Compensation = z.strictObject(actionFields);
export type Compensation = z.infer<typeof Compensation>;

/** A step. */
export const AutomationStep = z.strictObject({
  id: StepId,
  name: z.string().max(TEXT_MAX).optional(),
  description: z.string().max(MESSAGE_MAX).optional(),
  needs: z
    .array(StepId)
    .max(STEPS_MAX)
    .default([])
    .describe('Steps that end before this one begins; in a runbook the one above unless given'),
  if: Text.optional().describe('A condition in CEL over inputs, steps and item'),
  for_each: z
    .union([z.array(z.json()).min(1), Text], {
      error: 'must be a list, or one reference to a list',
    })
    .optional()
    .describe('Repeats the step for each item, which is `item` in its values'),
  max_parallel: z
    .number()
    .int()
    .min(1)
    .max(PARALLEL_MAX)
    .optional()
    .describe(`Items under way at the same time; ${PARALLEL_DEFAULT} unless given`),
  run_on: z.record(Slug, Slug).optional().describe('Labels that the runner has'),
  artifacts: Artifacts.optional(),
  retry: Retry.optional(),
  timeout: Duration.optional().describe('Longest time of one attempt'),
  on_failure: z
    .enum(['take_back', 'go_on', 'stop'])
    .default('take_back')
    .describe('Effect of a final failure. Default: take_back in a workflow, go_on in a runbook'),
  compensate: Compensation.optional(),
  outputs: z.record(VariableName, AnswerPath).optional(),
  effects: z
    .strictObject({ reads: EffectNames.optional(), writes: EffectNames.optional() })
    .optional()
    .describe(
      'All that it reads and writes, its undo included: what has no name in common with ' +
        'another step, which writes it, may run beside that one',
    ),
  ...actionFields,
  approval: z
    .strictObject({
      message: Message.optional(),
      required: z.number().int().min(1).max(16).default(1).describe('Number of approvals required'),
      approvers: z.array(Text).min(1).max(NAMED_MAX).optional(),
      expires: Duration.optional(),
      notify: Channels.optional().describe('Channels that say so when it is asked for'),
      escalate: z
        .strictObject({ after: Duration, notify: Channels })
        .optional()
        .describe('Channels that say so when it is still pending after that time'),
    })
    .optional(),
  wait: z
    .strictObject({
      duration: Duration.optional(),
      signal: SignalName.optional().describe('Name of what the execution is sent from outside'),
      manual: Message.optional().describe('Task that a person performs and then checks off'),
    })
    .optional(),
});
export type AutomationStep = z.infer<typeof AutomationStep> & {
  /** `yes`: it is one of `finally`, and needs all others. */
  readonly finally?: 'yes';
};

/** Until when people may vote, from the moment they are asked. Unit: milliseconds. */
export function approvalMsOf({
  approval,
  timeout,
}: Pick<AutomationStep, 'approval' | 'timeout'>): number {
  const limit = approval?.expires ?? timeout;
  return limit === undefined ? APPROVAL_MS_DEFAULT : durationMsOf(limit);
}

/** Time schedule of a run. */
export const AutomationSchedule = z.strictObject({
  cron: z.string().min(1).max(NAME_MAX).describe('Minute, hour, day, month, day of the week'),
  timezone: z.string().min(1).max(NAMED_MAX).default('UTC').describe('IANA name'),
  jitter: Duration.optional().describe('Runs begin up to this much later, each by its own amount'),
  overlap: z
    .enum(['skip', 'queue', 'allow', 'cancel_oldest'])
    .default('skip')
    .describe('Handling of a run whose predecessor is still running'),
  missed: z
    .enum(['skip', 'latest', 'all'])
    .default('latest')
    .describe('Runs to catch up on after no server was available to start them'),
  catch_up: Duration.default('1d').describe('Older runs are not made up for'),
  except: z
    .array(z.string().regex(/^\d{4}-\d{2}-\d{2}(?:[/]\d{4}-\d{2}-\d{2})?$/, 'must be a date'))
    .max(366)
    .optional()
    .describe('Dates without a run in the time zone: 2026-12-25, or 2026-12-24/2027-01-01'),
  inputs: JsonObject.optional(),
});
export type AutomationSchedule = z.infer<typeof AutomationSchedule>;

/** Trigger of a run other than the clock: exactly one kind. */
export const AutomationTrigger = z.strictObject({
  event: z.strictObject({ type: Text, if: Text.optional() }).optional(),
  metric: z
    .strictObject({
      name: Text,
      operator: z.enum(['gt', 'gte', 'lt', 'lte']),
      value: z.number(),
      for: Duration.optional().describe('Time the condition must hold. Default: one sample'),
      vm: Text.optional().describe('Name or id of the VM that it is measured of'),
      vm_group: Text.optional().describe('Name or id of the VM group; without both, the tenant'),
    })
    .optional(),
  webhook: z
    .strictObject({
      name: Slug.describe('Last part of its address'),
      kind: z
        .enum(['generic', 'alertmanager', 'github', 'gitlab'])
        .default('generic')
        .describe('What sends it; `github` is also what Forgejo and Gitea send'),
      secrets: z
        .array(SecretName)
        .min(1)
        .max(WEBHOOK_SECRETS_MAX)
        .optional()
        .describe('Secrets that senders sign with: two while one replaces the other'),
      if: Text.optional().describe('A condition in CEL over payload'),
    })
    .optional(),
  drift: z
    .strictObject({ severity: z.enum(['info', 'low', 'medium', 'high', 'critical']) })
    .optional(),
  incident: z.strictObject({ kind: Text.optional() }).optional(),
  inputs: z.record(VariableName, AnswerPath).optional().describe('Paths into what triggered it'),
});

export type AutomationTrigger = z.infer<typeof AutomationTrigger>;

/** A workflow or a runbook, as its text says it. */
export const AutomationDefinition = z.strictObject({
  kind: z.enum(['workflow', 'runbook']).default('workflow'),
  name: Slug,
  title: z.string().max(TEXT_MAX).optional(),
  description: z.string().max(MESSAGE_MAX).optional(),
  version: z.string().max(NAMED_MAX).optional(),
  type: z.string().max(NAME_MAX).optional().describe('Purpose, such as incident_response'),
  inputs: z.record(VariableName, AutomationInput).optional(),
  steps: z.array(AutomationStep).min(1).max(STEPS_MAX),
  finally: z
    .array(AutomationStep)
    .min(1)
    .max(FINALLY_MAX)
    .optional()
    .describe('Steps that run after all others, whether these succeeded, failed or were cancelled'),
  concurrency: z
    .strictObject({
      group: Text,
      limit: z.number().int().min(1).max(1_000).default(1),
      when_busy: z.enum(['queue', 'skip', 'cancel_oldest']).default('queue'),
    })
    .optional(),
  sla: z
    .strictObject({
      warn_after: Duration.optional(),
      breach_after: Duration,
      on_breach: z
        .enum(['notify', 'cancel'])
        .default('notify')
        .describe('`cancel`: a run that has not ended by then is cancelled, too'),
      notify: Channels.optional().describe('Channels that say that it is late, at both moments'),
      escalate: z
        .strictObject({ after: Duration, notify: Channels })
        .optional()
        .describe('Channels that say so when it still runs that long after the breach'),
    })
    .optional()
    .describe('Maximum duration of a run from its start; pauses count'),
  schedules: z.array(AutomationSchedule).max(NAMED_MAX).optional(),
  triggers: z.array(AutomationTrigger).max(NAMED_MAX).optional(),
  run_as: z
    .string()
    .min(1)
    .max(NAME_MAX)
    .optional()
    .describe('API key whose rights the steps have; an admin authorizes the text to use it'),
  deadline: Duration.optional().describe('A run that has not ended by then is taken back'),
  enable_ai: z.boolean().optional().describe('Lets a draft of a repair be asked for'),
  auto_recovery: z.boolean().optional().describe('Lets a repair be suggested from history'),
});

/** A workflow or a runbook, whose steps include those of `finally`. */
export type AutomationDefinition = Omit<
  z.infer<typeof AutomationDefinition>,
  'steps' | 'finally'
> & {
  readonly steps: readonly AutomationStep[];
};

/** Lists the steps of `finally` behind the others, which they need all. */
export function joinSteps({
  finally: last = [],
  ...definition
}: z.infer<typeof AutomationDefinition>): AutomationDefinition {
  const { steps } = definition;
  const needed = new Set(steps.flatMap(({ needs }) => needs));
  const ends = steps.flatMap(({ id }) => (needed.has(id) ? [] : [id]));
  const joined = last.map((step): AutomationStep => {
    return { ...step, needs: [...new Set([...step.needs, ...ends])], finally: 'yes' };
  });
  return { ...definition, steps: [...steps, ...joined] };
}

/** Kinds of actions of a step, in the order of the documentation. */
export const ACTION_KINDS = [
  'task',
  'command',
  'ansible',
  'http',
  'approval',
  'notify',
  'workflow',
  'wait',
] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];
