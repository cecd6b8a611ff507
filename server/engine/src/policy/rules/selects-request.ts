import type { JsonObject } from '@novacron/contract/json';
import type { AskablePolicy, QuestionInput } from '../model.ts';

/** The field that holds the labels of a resource. */
const LABELS_FIELD = 'metadata';

/**
 * Whether a policy is about a request, by its actions and its selector.
 * @param action - as the question says it: `create_vm`
 * @returns `later` where labels decide that nobody knows yet. A change is about the resource as it
 *   was as well: else whoever takes a label away would take the policy away with it.
 */
export function selectsRequest(
  { actions, selector }: Pick<AskablePolicy, 'actions' | 'selector'>,
  request: Pick<QuestionInput<AskablePolicy>, 'resource' | 'before' | 'unknownFields'>,
  action: string,
): 'yes' | 'no' | 'later' {
  if (actions?.includes(action) === false) return 'no';
  const kinds = selector?.kinds ?? null;
  const labels = selector?.labels ?? null;
  if (kinds?.includes(request.resource.type) === false) return 'no';
  if (labels === null) return 'yes';
  const states = [request.resource.fields, request.before ?? {}];
  if (states.some((fields) => hasLabels(fields, labels))) return 'yes';
  return request.unknownFields.includes(LABELS_FIELD) ? 'later' : 'no';
}

function hasLabels(fields: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const found = fields[LABELS_FIELD];
  const own: Readonly<Record<string, unknown>> = typeof found === 'object' ? { ...found } : {};
  return Object.entries(labels).every(([name, value]) => own[name] === value);
}

/** What a policy waits for whose selector cannot tell yet. */
export const SELECTOR_WAITS_FOR: readonly string[] = [LABELS_FIELD];
