/** The attribute `placement_preview`: where the plan that made a VM said that it would go. */
import type { AdmissionPreview } from '@novacron/contract/admission';
import { isUnknown, UNKNOWN } from '../cty/unknown.ts';
import { float, list, nested, string } from '../framework/attributes.ts';
import type { Values } from './values.ts';

/** What the attribute is called. */
export const PREVIEW_NAME = 'placement_preview';

/** VMs have it. It stays as it was shown: a VM that moves later is no change of it. */
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
    score: float({ computed: true, description: 'Weighted score of the node, 0 to 1.' }),
    cost_per_hour: float({
      computed: true,
      nullable: true,
      description: 'What the VM costs there; null where nobody said what the node costs.',
    }),
    explanation: list({
      element: string,
      computed: true,
      description: 'Why this node, in lines for people.',
    }),
    alternatives: nested({
      nesting: 'list',
      computed: true,
      description: 'The best other nodes, best first.',
      attributes: {
        node: string({ computed: true, description: 'Name of the node.' }),
        score: float({ computed: true, description: 'Its score, 0 to 1.' }),
      },
    }),
  },
});

/** What a plan shows: the server's preview; unknown where the server has none yet. */
export function previewToPlan(previewed: AdmissionPreview | undefined): Values {
  const shown = previewed?.placement_preview ?? null;
  if (shown === null) return { [PREVIEW_NAME]: UNKNOWN };
  const { node, score, explanation, cost_per_hour } = shown;
  const alternatives = shown.alternatives.map((other) => ({
    node: other.node,
    score: other.score,
  }));
  return { [PREVIEW_NAME]: { node, score, cost_per_hour, explanation, alternatives } };
}

/** What a state keeps: what the plan has shown, which the server does not know any more. */
export function previewToState({ [PREVIEW_NAME]: shown }: Values): Values {
  return { [PREVIEW_NAME]: shown === undefined || isUnknown(shown) ? null : shown };
}
