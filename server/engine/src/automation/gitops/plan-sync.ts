/**
 * Composes the workflow whose executions are the syncs of an application: fetch, plan, ask people
 * where the plan says so, apply, verify, record. Source of the order: Atlantis and the sync phases
 * of Argo CD. The same application always has the same text, so an admin authorizes its digest.
 */

import {
  GITOPS_RUN_VARIABLES,
  GITOPS_SETTINGS_VARIABLE,
} from '@novacron/contract/automation/gitops-step';
import { parseDuration } from '@novacron/contract/formats/duration';
import {
  type GitopsSpec,
  SYNC_WEBHOOK,
  workflowOfApplication,
} from '@novacron/contract/gitops/application';
import { parseRepository } from '@novacron/contract/gitops/repository';
import type { JsonObject } from '@novacron/contract/json';

/** Longest time of each step. */
const FETCH_TIMEOUT = '5m';
const PLAN_TIMEOUT = '30m';
const APPLY_TIMEOUT = '4h';

/** Attempts at reading the repository, whose server may be away for a moment. */
const FETCH_RETRY = { max_attempts: 3, backoff: 'exponential', delay: '2s' } as const;

/** Begin of a reference, which a second `$` makes text. */
const REFERENCE = /\$\{/g;

/** An execution in which the plan step did not run has nothing to apply, verify and record. */
const PLANNED = 'steps.plan.status == "succeeded" && !inputs.dry_run';
const CHANGES = `${PLANNED} && steps.plan.outputs.changes > 0`;

const GATED = 'size(steps.plan.outputs.gates) > 0 || steps.fetch.outputs.protected > 0';
const DELETES = 'steps.plan.outputs.delete > 0 || steps.plan.outputs.replace > 0';

/** The condition under which people are asked. */
const ASKS: Readonly<Record<GitopsSpec['approval'], string>> = {
  gated: `${CHANGES} && (${GATED})`,
  deletes: `${CHANGES} && (${GATED} || ${DELETES})`,
  always: CHANGES,
};

/**
 * Composes it.
 * @param id - of the application, which the last step records
 * @returns the text: JSON, in an order that does not depend on how the fields were given
 */
export function planSync(id: string, spec: GitopsSpec): string {
  const { name, run_as, target_revision: revision } = spec;
  const definition = {
    name: workflowOfApplication(name),
    description: `Syncs of the GitOps application ${name}, composed by NovaCron`,
    run_as,
    inputs: {
      revision: { type: 'string', default: revision },
      last_commit: { type: 'string', default: '' },
      rewind: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      dry_run: { type: 'boolean', default: false },
      outside_windows: { type: 'boolean', default: false },
    },
    concurrency: { group: `gitops-${stateOf(spec)}`, limit: 1, when_busy: 'queue' },
    steps: [
      fetchStep(spec),
      planStep(spec),
      approvalStep(spec),
      ...hookStep(spec, 'before'),
      applyStep(spec),
      verifyStep(spec),
      recordStep(id),
      ...hookStep(spec, 'after'),
    ],
    ...(spec.failed_workflow === undefined ? {} : { finally: [failedStep(spec)] }),
    ...(spec.automatic ? { schedules: [scheduleOf(spec)] } : {}),
    ...(spec.webhook === undefined ? {} : { triggers: [{ webhook: webhookOf(spec) }] }),
  };
  return `${JSON.stringify(definition, null, 2)}\n`;
}

/** Times at which the repository is asked; a sync without news ends after its first step. */
function scheduleOf({ poll_every, self_heal }: GitopsSpec): JsonObject {
  const minutes = (parseDuration(poll_every) ?? 0) / 60_000;
  const cron = minutes === 60 ? '0 * * * *' : `*/${minutes} * * * *`;
  return { cron, jitter: '30s', overlap: 'skip', missed: 'skip', inputs: { check: self_heal } };
}

/** A push to any branch starts a sync, which ends at once unless its own branch has moved. */
function webhookOf({ webhook: kind, webhook_secrets: secrets = [] }: GitopsSpec): JsonObject {
  return { name: SYNC_WEBHOOK, ...(kind === undefined ? {} : { kind }), secrets: [...secrets] };
}

/** Name of the Terraform state. */
function stateOf({ name, state }: Pick<GitopsSpec, 'name' | 'state'>): string {
  return state ?? name;
}

function fetchStep(spec: GitopsSpec): JsonObject {
  const { repository, run_on, credential } = spec;
  const { host } = parseRepository(repository) ?? {};
  return {
    id: 'fetch',
    command: ['novacron', 'gitops-step', 'fetch'],
    ...(run_on === undefined ? {} : { run_on }),
    env: settingsOf(spec),
    ...(host === undefined ? {} : { hosts: [host] }),
    ...(credential === undefined ? {} : { secrets: { GIT_CREDENTIAL: credential } }),
    artifacts: { save: ['source'] },
    outputs: {
      commit: 'json.commit',
      subject: 'json.subject',
      author: 'json.author',
      changed: 'json.changed',
      protected: 'json.protected.total',
    },
    retry: FETCH_RETRY,
    timeout: FETCH_TIMEOUT,
  };
}

function planStep(spec: GitopsSpec): JsonObject {
  return {
    id: 'plan',
    needs: ['fetch'],
    if: 'steps.fetch.outputs.changed || inputs.check',
    command: ['novacron', 'gitops-step', 'plan'],
    ...runnerOf(spec),
    token: 'read',
    env: settingsOf(spec),
    artifacts: { load: ['fetch.source'], ...(hasPlanFile(spec) ? { save: ['plan'] } : {}) },
    outputs: {
      changes: 'json.changes.total',
      create: 'json.counts.create',
      update: 'json.counts.update',
      replace: 'json.counts.replace',
      delete: 'json.counts.delete',
      managed: 'json.counts.managed',
      gates: 'json.needs_approval',
      digest: 'json.digest',
      summary: 'json.summary',
    },
    timeout: PLAN_TIMEOUT,
  };
}

function approvalStep(spec: GitopsSpec): JsonObject {
  const { name, approval, approvals_required: required, approvers } = spec;
  return {
    id: 'approve',
    needs: ['plan'],
    if: ASKS[approval],
    approval: {
      message:
        `Sync of ${name} to \${steps.fetch.outputs.commit}: \${steps.fetch.outputs.subject}\n` +
        `\${steps.plan.outputs.summary}`,
      required,
      ...(approvers === undefined ? {} : { approvers }),
      expires: spec.approval_expires,
    },
  };
}

function applyStep(spec: GitopsSpec): JsonObject {
  return {
    id: 'apply',
    needs: [spec.before_workflow === undefined ? 'approve' : 'before'],
    if: CHANGES,
    command: ['novacron', 'gitops-step', 'apply'],
    ...runnerOf(spec),
    env: {
      ...settingsOf(spec),
      [GITOPS_RUN_VARIABLES.plan_digest]: `\${steps.plan.outputs.digest}`,
    },
    artifacts: { load: ['fetch.source', ...(hasPlanFile(spec) ? ['plan.plan'] : [])] },
    timeout: APPLY_TIMEOUT,
  };
}

function verifyStep(spec: GitopsSpec): JsonObject {
  return {
    id: 'verify',
    needs: ['apply'],
    if: PLANNED,
    command: ['novacron', 'gitops-step', 'verify'],
    ...runnerOf(spec),
    token: 'read',
    env: settingsOf(spec),
    artifacts: { load: ['fetch.source'] },
    outputs: {
      in_sync: 'json.in_sync',
      health: 'json.health',
      unhealthy: 'json.unhealthy.items',
      resource_ids: 'json.resource_ids.items',
    },
    timeout: PLAN_TIMEOUT,
  };
}

function recordStep(id: string): JsonObject {
  const plan = ['create', 'update', 'replace', 'delete', 'managed'];
  const verified = ['in_sync', 'resource_ids'];
  const from = (step: string, names: readonly string[]) =>
    names.map((name) => [name, `\${steps.${step}.outputs.${name}}`] as const);
  return {
    id: 'record',
    needs: ['verify'],
    if: PLANNED,
    task: 'gitops_application.record',
    with: {
      id,
      rewind: `\${inputs.rewind}`,
      ...Object.fromEntries([
        ...from('fetch', ['commit', 'subject', 'author']),
        ...from('plan', plan),
        ...from('verify', verified),
      ]),
    },
  };
}

/** Documents are compared again when they are applied; no file has their plan. */
function hasPlanFile({ source }: GitopsSpec): boolean {
  return source !== 'manifests';
}

const COUNTS = ['create', 'update', 'replace', 'delete'];

/** A workflow of the tenant around the changes of a sync. */
function hookStep(spec: GitopsSpec, id: 'before' | 'after'): JsonObject[] {
  const workflow = id === 'before' ? spec.before_workflow : spec.after_workflow;
  if (workflow === undefined) return [];
  const sync = {
    ...aboutSync(spec),
    commit: `\${steps.fetch.outputs.commit}`,
    ...Object.fromEntries(COUNTS.map((name) => [name, `\${steps.plan.outputs.${name}}`])),
  };
  const needs = [id === 'before' ? 'approve' : 'record'];
  return [{ id, needs, if: CHANGES, workflow, with: { sync } }];
}

/** Of what has failed, only what is known before the first step is certain. */
function failedStep(spec: GitopsSpec): JsonObject {
  return {
    id: 'failed',
    if: 'run.status == "failed" && !inputs.dry_run',
    workflow: spec.failed_workflow ?? '',
    with: { sync: aboutSync(spec) },
  };
}

function aboutSync({ name, environment = '' }: GitopsSpec): JsonObject {
  return {
    application: name,
    environment: environment.replaceAll(REFERENCE, (text) => `$${text}`),
    revision: `\${inputs.revision}`,
    execution: `\${run.id}`,
  };
}

/** What steps that call the server have in common. */
function runnerOf({ run_on, hosts }: GitopsSpec): JsonObject {
  const labels = run_on === undefined ? {} : { run_on };
  return { ...labels, ...(hosts === undefined ? {} : { hosts: [...hosts] }), token: true };
}

/**
 * The settings of the steps; a `$` of them is no reference. What differs between syncs is a
 * variable of its own, so that no value of a run becomes a part of JSON.
 */
function settingsOf(spec: GitopsSpec): Readonly<Record<string, string>> {
  const { repository, path, source, known_hosts, programs } = spec;
  const { protected_paths = [], providers = [], variables = {} } = spec;
  const settings = {
    repository,
    path: path === '.' ? '' : path,
    source,
    ...(known_hosts === undefined ? {} : { known_hosts }),
    ...signaturesOf(spec),
    protected_paths,
    providers: Object.fromEntries(
      providers.map(({ source: address, hashes }) => [address, hashes]),
    ),
    programs,
    state: stateOf(spec),
    variables,
    prune: {
      allowed: spec.prune,
      count_max: spec.prune_count_max,
      ratio_max: spec.prune_ratio_max,
    },
  };
  const { revision, last_commit, rewind } = GITOPS_RUN_VARIABLES;
  return {
    [GITOPS_SETTINGS_VARIABLE]: JSON.stringify(settings).replaceAll(
      REFERENCE,
      (text) => `$${text}`,
    ),
    [revision]: `\${inputs.revision}`,
    [last_commit]: `\${inputs.last_commit}`,
    [rewind]: `\${inputs.rewind}`,
  };
}

function signaturesOf({ require_signatures: required, allowed_signers, gpg_keys }: GitopsSpec) {
  if (allowed_signers === undefined && gpg_keys === undefined) return {};
  return {
    signatures: {
      required,
      ...(allowed_signers === undefined ? {} : { allowed_signers }),
      ...(gpg_keys === undefined ? {} : { gpg_keys }),
    },
  };
}
