/** Binds the operations about policies: decisions, waivers, authors and signing keys. */

import type { Handlers } from '../kernel/context/handler.ts';
import {
  getPolicyData,
  listPolicyData,
  listPolicyDataVersions,
} from '../policy/data/read-policy-data.ts';
import {
  createPolicyData,
  deletePolicyData,
  rollbackPolicyData,
  updatePolicyData,
} from '../policy/data/write-policy-data.ts';
import { answerQuestion } from '../policy/decide/answer-question.ts';
import { explainTenantPolicies } from '../policy/decide/explain-tenant-policies.ts';
import { getPolicyDecision, listPolicyDecisions } from '../policy/log/read-policy-decisions.ts';
import {
  createPolicyAuthor,
  deletePolicyAuthor,
  listPolicyAuthors,
} from '../policy/signing/authors.ts';
import { listSigningKeys, rotateSigningKeys } from '../policy/signing/rotate-keys.ts';
import { getPolicyWaiver, listPolicyWaivers } from '../policy/waivers/waivers.ts';
import { createPolicyWaiver, deletePolicyWaiver } from '../policy/waivers/write-waivers.ts';
import type { AppDeps } from './deps.ts';

/** Makes the handlers. */
export function bindPolicy(deps: AppDeps) {
  return {
    'policy.explain': (input, context) => explainTenantPolicies(deps, input, context),
    'policy_decision.ask': (input, context) => answerQuestion(deps, input, context),
    'policy_decision.get': (input, context) => getPolicyDecision(deps, input, context),
    'policy_decision.list': (input, context) => listPolicyDecisions(deps, input, context),
    'policy_data.get': (input, context) => getPolicyData(deps, input, context),
    'policy_data.list': (input, context) => listPolicyData(deps, input, context),
    'policy_data.versions': (input, context) => listPolicyDataVersions(deps, input, context),
    'policy_data.create': (input, context) => createPolicyData(deps, input, context),
    'policy_data.update': (input, context) => updatePolicyData(deps, input, context),
    'policy_data.rollback': (input, context) => rollbackPolicyData(deps, input, context),
    'policy_data.delete': (input, context) => deletePolicyData(deps, input, context),
    'policy_waiver.get': (input, context) => getPolicyWaiver(deps, input, context),
    'policy_waiver.list': (input, context) => listPolicyWaivers(deps, input, context),
    'policy_waiver.create': (input, context) => createPolicyWaiver(deps, input, context),
    'policy_waiver.delete': (input, context) => deletePolicyWaiver(deps, input, context),
    'policy_author.create': (input, context) => createPolicyAuthor(deps, input, context),
    'policy_author.list': (input, context) => listPolicyAuthors(deps, input, context),
    'policy_author.delete': (input, context) => deletePolicyAuthor(deps, input, context),
    'policy_signing_key.list': (input) => listSigningKeys(deps, input),
    'policy_signing_key.rotate': (input, context) => rotateSigningKeys(deps, input, context),
  } as const satisfies Partial<Handlers>;
}
