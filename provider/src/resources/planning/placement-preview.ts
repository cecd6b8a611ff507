/** The attribute `placement_preview`: where the plan that made a VM said that it would go. */
import type { AdmissionPreview } from '@novacron/contract/admission';
import { ALTERNATIVES_LINE } from '@novacron/contract/placement';
import { isUnknown, UNKNOWN } from '../../cty/unknown.ts';
import { isValueRecord, type Value, type ValueRecord } from '../../cty/value.ts';
import type { Values } from '../../fields/field-values.ts';
import { float, list, nested, string } from '../../framework/schema/attributes.ts';

/** What the attribute is called. */
export const PREVIEW_NAME = 'placement_preview';

/**
 * VMs have it. It stays as it was shown: a VM that moves later is no change of it.
 *
 * Few values, and texts: Terraform handles every value of a state some twenty times a plan, and
 * each fraction at 512 bits of precision: scores as numbers were a third of a plan's time. In an
 * apply it writes the whole state after every object: nothing is said twice.
 */
export const PREVIEW_ATTRIBUTE = nested({
  nesting: 'single',
  computed: true,
  nullable: true,
  useStateForUnknown: true,
  description:
    'Where the plan that creates the VM says that it goes, known before anything is made. ' +
    'Unknown while a value that decides it is unknown; null after an import. ' +
    'Where the VM runs now is `node`.',
  attributes: {
    node: string({ computed: true, description: 'Name of the node.' }),
    score: string({
      computed: true,
      description: 'Weighted score of the node, 0 to 1. Comparisons take the text as a number.',
    }),
    cost_per_hour: float({
      computed: true,
      nullable: true,
      description: 'What the VM costs there; null where nobody said what the node costs.',
    }),
    explanation: string({
      computed: true,
      description: 'Why this node, in lines for people.',
    }),
    alternatives: list({
      element: string,
      computed: true,
      description: 'Names of the best other nodes, best first.',
    }),
  },
});

/** What a plan shows: the server's preview; unknown where the server has none yet. */
export function previewToPlan(previewed: AdmissionPreview | undefined): Values {
  const shown = previewed?.placement_preview ?? null;
  if (shown === null) return { [PREVIEW_NAME]: UNKNOWN };
  const { node, score, explanation, cost_per_hour, alternatives } = shown;
  return {
    [PREVIEW_NAME]: {
      node,
      score: String(score),
      cost_per_hour,
      explanation: explanation.filter((line) => !line.startsWith(ALTERNATIVES_LINE)).join('\n'),
      alternatives: alternatives.map((other) => other.node),
    },
  };
}

/** Brings the preview in a state of schema version 0 to the form that it has since. */
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

/** What a state keeps: what the plan has shown, which the server does not know any more. */
export function previewToState({ [PREVIEW_NAME]: shown }: Values): Values {
  return { [PREVIEW_NAME]: shown === undefined || isUnknown(shown) ? null : shown };
}
