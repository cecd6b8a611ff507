/** The attribute `placement_preview`: the nodes that the creating plan chose for VMs. */
import type { AdmissionPreview } from '@novacron/contract/admission/admission';
import { isUnknown, UNKNOWN } from '../../cty/unknown.ts';
import { isValueRecord, type Value, type ValueRecord } from '../../cty/value.ts';
import type { Values } from '../../fields/field-values.ts';
import { float, list, map, nested, string } from '../../framework/schema/attributes.ts';

/** Name of the attribute. */
export const PREVIEW_NAME = 'placement_preview';

/**
 * The attribute of VMs. It never changes after the create, even if the VM moves later.
 *
 * It has few values, as strings: Terraform processes every value of a state some twenty times per
 * plan, fractions with 512 bits of precision; numeric scores took a third of a plan's time. During
 * an apply it writes the whole state after every object. So the scores of the next best nodes are a
 * line of the explanation. Nothing of it changes with later scores: the server stores the preview.
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
    score: string({
      computed: true,
      description:
        'Weighted score of the node, 0 to 1. Comparisons convert the string to a number.',
    }),
    cost_per_hour: float({
      computed: true,
      nullable: true,
      description: 'Cost of the VM on this node; null where the node has no cost configured.',
    }),
    explanation: string({
      computed: true,
      description:
        'Reasons for choosing this node, one per line, including the scores of the runners-up.',
    }),
    alternatives: list({
      element: string,
      computed: true,
      description: 'Names of the next best nodes, best first.',
    }),
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
  const { node, score, explanation, cost_per_hour, alternatives } = shown;
  return {
    [PREVIEW_NAME]: {
      node,
      score: String(score),
      cost_per_hour,
      explanation: explanation.join('\n'),
      alternatives: alternatives.map((other) => other.node),
    },
  };
}

/** Upgrades the preview of a state with schema version 0 to the current form. */
export function upgradePreview(state: ValueRecord): ValueRecord {
  const shown = state[PREVIEW_NAME];
  if (!isValueRecord(shown)) return state;
  const { score, explanation, alternatives } = shown;
  return {
    ...state,
    [PREVIEW_NAME]: {
      ...shown,
      score: (score ?? null) === null ? null : String(score),
      explanation: Array.isArray(explanation) ? explanation.join('\n') : null,
      alternatives: Array.isArray(alternatives)
        ? alternatives.map((other: Value) => (isValueRecord(other) ? (other.node ?? null) : null))
        : null,
    },
  };
}

/** Returns the value for the state: the one of the plan, which the server does not store. */
export function previewToState({ [PREVIEW_NAME]: shown }: Values): Values {
  return { [PREVIEW_NAME]: shown === undefined || isUnknown(shown) ? null : shown };
}
