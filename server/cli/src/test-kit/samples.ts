/** A small world as a server would answer it: one or two of everything. */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import { type Problem, problem, toProblemDocument } from '@novacron/contract/problem/problem';
import { ACCESS_ANSWERS, ACCESS_SAMPLES } from './sample-access.ts';
import { AUTOMATION_ANSWERS, AUTOMATION_SAMPLES } from './sample-automation.ts';
import {
  type Answers,
  type JsonFields,
  KEY,
  lastPage,
  type Samples,
  sampleId,
} from './sample-base.ts';
import { INCIDENT_ANSWERS, INCIDENT_SAMPLES } from './sample-incidents.ts';
import { MACHINE_ANSWERS, MACHINE_SAMPLES } from './sample-machines.ts';
import { MODEL_ANSWERS, MODEL_SAMPLES } from './sample-models.ts';
import { NETWORK_ANSWERS, NETWORK_SAMPLES } from './sample-networks.ts';
import { runningOperation, sampleOperation } from './sample-operation.ts';
import { POLICY_ANSWERS, POLICY_SAMPLES } from './sample-policies.ts';
import { RECORD_ANSWERS } from './sample-records.ts';

/** Resources of the world by noun. */
export const SAMPLES = {
  ...MACHINE_SAMPLES,
  ...NETWORK_SAMPLES,
  ...POLICY_SAMPLES,
  ...ACCESS_SAMPLES,
  ...INCIDENT_SAMPLES,
  ...AUTOMATION_SAMPLES,
  ...MODEL_SAMPLES,
} as const satisfies Samples;

const ANSWERS: Answers = {
  ...MACHINE_ANSWERS,
  ...NETWORK_ANSWERS,
  ...POLICY_ANSWERS,
  ...ACCESS_ANSWERS,
  ...RECORD_ANSWERS,
  ...INCIDENT_ANSWERS,
  ...AUTOMATION_ANSWERS,
  ...MODEL_ANSWERS,
};

/** Writes that have ended when they are answered; the others are waited for. */
const AT_ONCE =
  /^(.*policy|network|reservation|security_group|ssh_key|template|workflow)\.|^snapshot\.u/;

/** A preview of a write that would succeed. */
const NO_OBJECTION: JsonFields = { problems: [], warnings: [], deferred: [], placement: null };

/** Returns the sample world's answer to an operation. */
export function sampleAnswer(operation: OperationName, params: JsonFields): JsonFields {
  if (operation === 'admission.preview') return NO_OBJECTION;
  const other = ANSWERS[operation];
  if (other !== undefined) return other;
  const [noun = '', word = ''] = operation.split('.');
  const resources: readonly JsonFields[] =
    Object.entries(SAMPLES).find(([key]) => key === noun)?.[1] ?? [];
  if (word === 'list') {
    return lastPage(resources.filter(({ name }) => [undefined, name].includes(nameOf(params))));
  }
  const resource = resources.find(({ id }) => id === params.id) ?? resources[0] ?? {};
  if (word === 'get') return resource;
  const changes = { kind: operation, target_kind: noun, target_name: resource.name };
  const ended = AT_ONCE.test(operation) ? sampleOperation(changes) : runningOperation(changes);
  if (isRecord(noun)) return recordAnswer(word, resource);
  const answer = { operation: ended, warnings: [] };
  return word === 'delete' ? answer : { resource, ...answer };
}

/**
 * Reports whether a kind has no operations of its own: its writes are done when they are answered.
 */
function isRecord(noun: string): boolean {
  return [
    'approval',
    'runner',
    'execution',
    'notification_channel',
    'role',
    'secret',
    'tenant',
    'policy_author',
    'compliance_attestation',
    'policy_waiver',
    'policy_data',
    'price_list',
    'budget',
    'terraform_state',
    'incident',
  ].includes(noun);
}

function recordAnswer(word: string, resource: JsonFields): JsonFields {
  if (word === 'delete') return {};
  const key = { id: sampleId('key'), tenant_id: resource.id, ...KEY };
  const isTenant = word === 'create' && Object.hasOwn(resource, 'quotas');
  return { resource, ...(isTenant ? { api_key: key, secret: 'nova_0123456789' } : {}) };
}

function nameOf(params: JsonFields): string | undefined {
  return typeof params.name === 'string' ? params.name : undefined;
}

/** A problem document as a server sends it, with the id of its request. */
export function sampleDocument(code: Problem['code'], words: Partial<Problem> = {}): JsonFields {
  const found = problem(code, { detail: 'It did not work.', remedy: 'Try harder.', ...words });
  return toProblemDocument(found, sampleId('req'));
}
