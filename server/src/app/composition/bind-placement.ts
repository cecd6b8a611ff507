/** Binds the operations about placement: decisions and their previews. */

import type { Handlers } from '../kernel/context/handler.ts';
import { getDecision, listDecisions } from '../placement/decisions/read-decisions.ts';
import { explainPlacement } from '../placement/explain/explain-placement.ts';
import { getPreview, listPreviews } from '../placement/previews/read-previews.ts';
import type { AppDeps } from './deps.ts';

/** Makes the handlers. */
export function bindPlacement(deps: AppDeps) {
  return {
    'placement.explain': (input, context) => explainPlacement(deps, input, context),
    'placement_decision.list': (input, context) => listDecisions(deps, input, context),
    'placement_decision.get': (input, context) => getDecision(deps, input, context),
    'placement_preview.list': (input, context) => listPreviews(deps, input, context),
    'placement_preview.get': (input, context) => getPreview(deps, input, context),
  } as const satisfies Partial<Handlers>;
}
