/** Binds the operations about placement: decisions and their previews. */

import { hideLoad } from '../access/tenants/hide-load.ts';
import {
  reduceDecision,
  reduceExplanation,
  reducePreview,
  reduceRecord,
} from '../access/tenants/reduce-for-tenants.ts';
import type { Handlers } from '../kernel/context/handler.ts';
import { getDecision, listDecisions } from '../placement/decisions/read-decisions.ts';
import { explainPlacement } from '../placement/explain/explain-placement.ts';
import { getPreview, listPreviews } from '../placement/previews/read-previews.ts';
import {
  getPriceList,
  listPriceLists,
  withoutNodeCosts,
} from '../placement/prices/read-price-lists.ts';
import {
  createPriceList,
  deletePriceList,
  updatePriceList,
} from '../placement/prices/write-price-lists.ts';
import { mapPage } from '../rows/page.ts';
import type { AppDeps } from './deps.ts';

/** Makes the handlers. */
export function bindPlacement(deps: AppDeps) {
  return {
    'placement.explain': hideLoad(deps, explainPlacement, reduceExplanation),
    'placement_decision.list': hideLoad(deps, listDecisions, (page) => mapPage(page, reduceRecord)),
    'placement_decision.get': hideLoad(deps, getDecision, reduceDecision),
    'placement_preview.list': hideLoad(deps, listPreviews, (page) => mapPage(page, reducePreview)),
    'placement_preview.get': hideLoad(deps, getPreview, reducePreview),
    'price_list.create': (input, context) => createPriceList(deps, input, context),
    'price_list.get': hideLoad(deps, getPriceList, withoutNodeCosts),
    'price_list.list': hideLoad(deps, listPriceLists, (page) => mapPage(page, withoutNodeCosts)),
    'price_list.update': (input, context) => updatePriceList(deps, input, context),
    'price_list.delete': (input, context) => deletePriceList(deps, input, context),
  } as const satisfies Partial<Handlers>;
}
