/** Finds the webhook that a delivery is addressed to, with the secrets that its senders have. */
import {
  AutomationTrigger,
  type AutomationTrigger as Trigger,
} from '@novacron/contract/automation/definition';
import type {
  WorkflowRow,
  WorkflowTriggerRow,
} from '../../../../ports/tables/automation/workflow-rows.ts';
import { scopeOf } from '../../../access/secrets/answer-secret.ts';
import { findSecretNamed, openSecretVersion } from '../../../access/secrets/open-secret.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';

/** The address of a delivery. */
export interface WebhookAddress {
  readonly workflowId: string;
  readonly name: string;
}

/** A webhook of the current text of a workflow. */
export interface FoundWebhook {
  readonly row: WorkflowTriggerRow;
  readonly workflow: Pick<WorkflowRow, 'id' | 'name' | 'kind' | 'tenant_id' | 'enabled'>;
  readonly trigger: Trigger & { readonly webhook: NonNullable<Trigger['webhook']> };
}

type Deps = Pick<CapabilityDeps, 'store' | 'vault'>;

/** Finds a webhook; undefined where the address is none. */
export async function findWebhook(
  { store }: Pick<Deps, 'store'>,
  { workflowId: id, name }: WebhookAddress,
): Promise<FoundWebhook | undefined> {
  const { workflows, rows } = await store.snapshot({
    workflows: { from: 'workflows', where: { id }, damaged: 'blank' },
    rows: { from: 'workflow_triggers', where: { workflow_id: id }, damaged: 'blank' },
  });
  const [workflow] = workflows;
  if (workflow === undefined) return undefined;
  for (const row of rows) {
    if (row.kind !== 'webhook' || row.spec_json === '') continue;
    const { webhook, ...trigger } = AutomationTrigger.parse(JSON.parse(row.spec_json));
    if (webhook?.name === name) return { row, workflow, trigger: { ...trigger, webhook } };
  }
  return undefined;
}

/** The values that senders of a webhook may have. */
export interface SenderSecrets {
  readonly values: readonly string[];
  /**
   * Reason why a secret cannot be read, in words that follow "its"; undefined if all are available.
   */
  readonly fault: string | undefined;
}

/** Reads those of secrets that exist and that list the workflow. */
export async function openSenderSecrets(
  deps: Deps,
  { workflow, trigger }: FoundWebhook,
): Promise<SenderSecrets> {
  const values: string[] = [];
  let fault: string | undefined;
  for (const secret of trigger.webhook.secrets ?? []) {
    const [name = '', version] = secret.split('@');
    const row = await findSecretNamed(deps, { tenant_id: workflow.tenant_id, name });
    if (row === undefined || !scopeOf(row).workflows.includes(workflow.name)) continue;
    const wanted = version === undefined ? row.version : Number(version);
    const opened = await openSecretVersion(deps, row.id, wanted);
    if (opened.ok) values.push(opened.value);
    else fault = `secret ${name}, ${opened.error.words}`;
  }
  return { values, fault };
}
