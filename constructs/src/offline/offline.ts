import { ADMINISTRATIVE_FIELDS } from '@novacron/contract/administration/administrative-fields';
import { CheckSeverity, ComplianceStandard } from '@novacron/contract/compliance/compliance';
import { readPolicyCheck } from '@novacron/contract/compliance/policy-check';
import { toAmount } from '@novacron/contract/cost/money';
import { PriceListShown } from '@novacron/contract/cost/price-list';
import { overlaps, parseCidr } from '@novacron/contract/formats/cidr';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { membersInQuestion } from '@novacron/contract/kinds/vm-group/member-in-question';
import { judgedInput } from '@novacron/contract/policy-input/judged-input';
import { policyActions } from '@novacron/contract/policy-input/policy-input-schema';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { fillDefaults } from '@novacron/contract/schema/field';
import { readDefinition } from '@novacron/engine/automation/workflows/read-definition';
import { explainPlannedFinding } from '@novacron/engine/compliance/explain-planned-finding';
import { planPlannedFindings } from '@novacron/engine/compliance/plan-planned-findings';
import { planPrice } from '@novacron/engine/cost/plan-price';
import { planRate } from '@novacron/engine/cost/plan-rate';
import { readPriceList } from '@novacron/engine/cost/read-price-list';
import { planAdmission } from '@novacron/engine/policy/plan-admission';
import { planPolicyQuestions } from '@novacron/engine/policy/plan-policy-questions';
import { TRIED_EVALUATION_MS_MAX, tryText } from '@novacron/engine/policy/try-text';
import { compileRego } from '@novacron/rego/compile-rego';
import { loadPolicy } from '@novacron/rego/evaluate-rego';
import { openPolicies } from '@novacron/rego/open-policies';
import { readAnnotations } from '@novacron/rego/parse/read-annotations';
import type { ORCHESTRATION } from './offline-orchestration.ts';

/**
 * The functions of NovaCron's own packages that run while an app is synthesised. They are loaded
 * with the first check, because they double the time that importing the library takes.
 */
export const OFFLINE = {
  compileRego,
  explainPlannedFinding,
  fillDefaults,
  judgedInput,
  loadOrchestration: (): typeof ORCHESTRATION => require('./offline-orchestration').ORCHESTRATION,
  loadPolicy,
  membersInQuestion,
  nearName,
  openPolicies,
  overlaps,
  parseCidr,
  planAdmission,
  planPlannedFindings,
  planPolicyQuestions,
  planPrice,
  planRate,
  policyActions,
  readAnnotations,
  readDefinition,
  readPolicyCheck,
  readPriceList,
  toAmount,
  PriceListShown,
  ADMINISTRATIVE_FIELDS,
  tryText,
  TRIED_EVALUATION_MS_MAX,
  IN_WORDS,
  RESOURCE_DEFINITIONS,
  /** Severities of checks, from the highest. */
  SEVERITIES: CheckSeverity.options,
  toStandard: (word: string) => ComplianceStandard.parse(word),
};
