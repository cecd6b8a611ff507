import type { JsonObject } from '@novacron/contract/json';
import type { AskablePolicy, QuestionInput } from '../model/policy.ts';
import { namespaceOf, readScope } from './policy-scope.ts';

/** The action of everything that only shows or lists. */
const READ = 'read';

/** The field that holds the labels of a resource. */
const LABELS_FIELD = 'metadata';

/**
 * Whether a policy is about a request, by its actions and its selector.
 * @param action - as the question says it: `create_vm`
 * @returns `later` where labels decide that nobody knows yet. A change is about the resource as it
 *   was as well: else whoever takes a label away would take the policy away with it.
 */
export function selectsRequest(
  policy: Pick<AskablePolicy, 'actions' | 'selector' | 'scope'>,
  request: Pick<QuestionInput<AskablePolicy>, 'resource' | 'before' | 'unknownFields'>,
  action: string,
): 'yes' | 'no' | 'later' {
  const { actions, selector } = policy;
  // Reads are many: who wants to decide them says so.
  if (actions?.includes(action) === false) return 'no';
  if (action === READ && actions?.includes(READ) !== true) return 'no';
  const kinds = selector?.kinds ?? null;
  const labels = selector?.labels ?? null;
  if (kinds?.includes(request.resource.type) === false) return 'no';
  const { namespace } = readScope(policy);
  if (labels === null && namespace === undefined) return 'yes';
  const isFit = (fields: JsonObject | null): boolean =>
    fields !== null &&
    hasLabels(fields, labels ?? {}) &&
    (namespace === undefined || namespaceOf(fields) === namespace);
  if (isFit(request.before)) return 'yes';
  if (request.unknownFields.includes(LABELS_FIELD)) return 'later';
  return isFit(request.resource.fields) ? 'yes' : 'no';
}

function hasLabels(fields: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const found = fields[LABELS_FIELD];
  const own: Readonly<Record<string, unknown>> = typeof found === 'object' ? { ...found } : {};
  return Object.entries(labels).every(([name, value]) => own[name] === value);
}

/** What a policy waits for whose selector cannot tell yet. */
export const SELECTOR_WAITS_FOR: readonly string[] = [LABELS_FIELD];
