import type { JsonObject } from '@novacron/contract/json';
import type { AskablePolicy, QuestionInput, ResourceInQuestion } from '../model/policy.ts';
import { namespaceOf, readScope } from './policy-scope.ts';

/** The action of everything that only shows or lists. */
const READ = 'read';

/** The field that holds the labels of a resource. */
const LABELS_FIELD = 'metadata';

/**
 * Whether a policy applies to a request, by its actions and its selector.
 * @param action - as in the input: `create_vm`
 * @returns `later` where unknown labels decide. A change also concerns the resource before it:
 *   otherwise removing a label would remove the policy.
 */
export function selectsRequest(
  policy: Pick<AskablePolicy, 'actions' | 'selector' | 'scope'>,
  request: Pick<QuestionInput<AskablePolicy>, 'before' | 'unknownFields'> & {
    readonly resource: Pick<ResourceInQuestion, 'type' | 'fields'>;
  },
  action: string,
): 'yes' | 'no' | 'later' {
  const { actions, selector } = policy;
  // Reads are frequent: only policies that name them are evaluated.
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

/** The fields that a policy with an undecided selector waits for. */
export const SELECTOR_WAITS_FOR: readonly string[] = [LABELS_FIELD];
