/** The attribute `placement_preview`: the nodes that the creating plan chose for VMs. */
import type { AdmissionPreview } from '@novacron/contract/admission/admission';
import { isUnknown, UNKNOWN } from '../../cty/unknown.ts';
import type { Values } from '../../fields/field-values.ts';
import { float, map, nested, string } from '../../framework/schema/attributes.ts';

/** Name of the attribute. */
export const PREVIEW_NAME = 'placement_preview';

/**
 * The attribute of VMs. It never changes after the create, even if the VM moves later.
 *
 * It has few values: Terraform processes every value of a state some twenty times per plan, writes
 * the whole state after every object of an apply, and shows a line for each. Scores are in
 * `novacron placement-preview show` and the data source `novacron_placement`.
 */
export const PREVIEW_ATTRIBUTE = nested({
  nesting: 'single',
  computed: true,
  nullable: true,
  useStateForUnknown: true,
  description:
    'The placement chosen by the plan that creates the VM, known before apply. ' +
    'Unknown while a value that it depends on is unknown, and where only the VM that it replaces ' +
    'leaves room for it; null after an import. ' +
    'The current node is `node`.',
  attributes: {
    node: string({ computed: true, description: 'Name of the node.' }),
    cost_per_hour: float({
      computed: true,
      nullable: true,
      description: 'Cost of the VM on this node; null where the node has no cost configured.',
    }),
    explanation: string({ computed: true, description: 'Reasons for choosing this node.' }),
  },
});

/**
 * The attribute of VM groups: the node of each member by its name. Like that of VMs it never
 * changes after the create.
 */
export const MEMBERS_ATTRIBUTE = map({
  element: string,
  computed: true,
  nullable: true,
  useStateForUnknown: true,
  description:
    'The placement of the first members as shown by the plan that creates the group: the node by ' +
    'the name of the member. The members are placed again when they are created, and ' +
    'may go elsewhere. Unknown while a value that it depends on is unknown; null after an import.',
});

/**
 * Returns the planned value of a group; unknown where the server has none, also because of its
 * release: the server that applies a saved plan may have another one.
 */
export function membersToPlan(previewed: AdmissionPreview | undefined): Values {
  const members = previewed?.member_previews ?? [];
  if (members.length === 0) return { [PREVIEW_NAME]: UNKNOWN };
  return { [PREVIEW_NAME]: Object.fromEntries(members.map(({ name, node }) => [name, node])) };
}

/** Returns the planned value: the server's preview, or unknown where the server has none yet. */
export function previewToPlan(previewed: AdmissionPreview | undefined): Values {
  const shown = previewed?.placement_preview ?? null;
  if (shown === null) return { [PREVIEW_NAME]: UNKNOWN };
  const { node, explanation, cost_per_hour } = shown;
  const reasons = explanation.filter((line) => !SCORED.test(line));
  return { [PREVIEW_NAME]: { node, cost_per_hour, explanation: reasons.join('; ') } };
}

/** Lines of an explanation that compare nodes, or say what has an attribute of its own. */
const SCORED = /^scores |^next best: |^[\d.]+ per hour/;

/** Returns the value for the state: the one of the plan, which the server does not store. */
export function previewToState({ [PREVIEW_NAME]: shown }: Values): Values {
  return { [PREVIEW_NAME]: shown === undefined || isUnknown(shown) ? null : shown };
}
