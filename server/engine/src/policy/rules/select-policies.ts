/** Selects the policies that decide a question. */
import type { PolicyInput } from '@novacron/contract/admission/policy-verdict';
import type { JsonObject } from '@novacron/contract/json';
import { keyInInput } from '@novacron/contract/policy-input/input-keys';
import type {
  AskablePolicy,
  DeferredPolicy,
  PolicyQuestions,
  QuestionInput,
  ResourceInQuestion,
} from '../model/policy.ts';
import { inOrderOfPolicies } from './compare-policies.ts';
import { namespaceOf, readScope } from './policy-scope.ts';

/** A question, who asks it, and the policies that may be about it. */
export interface PolicySelection<P extends AskablePolicy>
  extends Pick<QuestionInput<P>, 'principal' | 'unknownFields' | 'policies'> {
  readonly question: PolicyInput;
}

/**
 * Selects policies.
 * @returns those to evaluate, the higher priority first and then in order of name, and those that
 *   need an unknown field
 */
export function selectPolicies<P extends AskablePolicy>({
  question,
  principal,
  unknownFields,
  policies,
}: PolicySelection<P>): Pick<PolicyQuestions<P>, 'ask' | 'deferred'> {
  const { resource, before, subject, action } = question;
  const resourceType = typeof resource.type === 'string' ? resource.type : '';
  const request = { resource: { type: resourceType, fields: resource }, before, unknownFields };
  const selected = policies.filter(
    (policy) => decidesFor(policy, principal) && selectsPolicy(policy, subject.tenant),
  );
  const ask: P[] = [];
  const deferred: DeferredPolicy[] = [];
  for (const policy of inOrderOfPolicies(selected, (each) => each)) {
    const fit = selectsRequest(policy, request, action);
    if (fit === 'no') continue;
    const unread = findUnknownFields(policy, { resourceType, unknownFields });
    if (fit === 'yes' && unread.length === 0) {
      ask.push(policy);
      continue;
    }
    const waits = new Set([...unread, ...(fit === 'later' ? SELECTOR_WAITS_FOR : [])]);
    deferred.push({ policy, unknownFields: [...waits].sort() });
  }
  return { ask, deferred };
}

/**
 * Whether a policy decides writes of a kind of principal. Tenants write orchestration policies, so
 * what the platform denies a tenant it denies their actions as well.
 */
function decidesFor(
  { platformWrites, scope }: AskablePolicy,
  principal: QuestionInput<AskablePolicy>['principal'],
): boolean {
  if (principal === 'person' || platformWrites === true) return true;
  return principal === 'orchestration' && scope === 'platform';
}

/**
 * Whether a policy decides for a tenant: it is enabled, and the tenant's own or the platform's.
 */
function selectsPolicy(
  policy: Pick<AskablePolicy, 'enabled' | 'tenantId' | 'scope'>,
  tenantId: string,
): boolean {
  return policy.enabled && (policy.tenantId === tenantId || policy.scope === 'platform');
}

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
const SELECTOR_WAITS_FOR: readonly string[] = [LABELS_FIELD];

/**
 * Finds the unknown fields that a policy reads and has to wait for.
 * @param request - `unknownFields`: paths of fields (`network_id`, `vm.network_id`); one into the
 *   labels (`metadata.tier`) stands for all of them, since others may become known together with
 *   it, and one into a list for the whole list
 * @returns the names, in alphabetical order; none where the policy can be evaluated right away
 */
function findUnknownFields(
  policy: Pick<AskablePolicy, 'inputReferences'>,
  request: { readonly resourceType: string; readonly unknownFields: readonly string[] },
): readonly string[] {
  if (request.unknownFields.length === 0) return NONE;
  return request.unknownFields
    .filter((field) => {
      const [topField = field, ...inside] = field.split('.');
      const isWhole = topField === LABELS_FIELD;
      const inList = inside.findIndex((segment) => /^\d+$/.test(segment));
      const known = isWhole ? [] : inside.slice(0, inList === -1 ? inside.length : inList);
      const unknownPath = ['resource', keyInInput(request.resourceType, topField), ...known];
      return policy.inputReferences.some(({ path }) => areOnOneLine(path, unknownPath));
    })
    .sort();
}

const NONE: readonly string[] = [];

/**
 * Whether one path leads through the other. A reference above the unknown value reads it too:
 * a complete one takes the whole object, an incomplete one may go on to any of its keys.
 */
export function areOnOneLine(left: readonly string[], right: readonly string[]): boolean {
  const [shorter, longer] = left.length <= right.length ? [left, right] : [right, left];
  return shorter.every((segment, index) => segment === longer[index]);
}
