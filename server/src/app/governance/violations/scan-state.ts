/**
 * Observations of a tenant by a scan of violations, and the due evaluations. Pure: changed policies
 * are asked about everything, all policies about changed resources. In addition, policies whose
 * answers change without an event are evaluated from time to time, and all policies once a day.
 */
import { RESOURCE_KINDS, type ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Askable } from '../../../ports/policy-runtime.ts';
import { isCacheable } from '../../policy/memory/answer-keys.ts';

/** Interval between evaluations of policies whose answers change without any change in NovaCron. */
const VOLATILE_MS = 300_000;

/** Interval between full evaluations, for changes that no event reported. */
const FULL_MS = 86_400_000;

/** A pass over all resources in pages. */
export interface Pass {
  /** The policies that are asked, by id. */
  readonly policyIds: ReadonlySet<string>;
  readonly kind: ResourceKind;
  /** The last resource that was asked about. */
  readonly after: string;
}

/** Observations of a tenant. */
export interface ScanState {
  /** The version and the settings of each policy that was asked, by id. */
  readonly policies: ReadonlyMap<string, string>;
  readonly waivers: string;
  readonly volatileAtMs: number;
  readonly fullAtMs: number;
  /** Passes that have not ended, the one at work first. */
  readonly passes: readonly Pass[];
}

/** Current policies and waivers. */
export interface ScannedRules {
  readonly policies: readonly Askable[];
  /** A different value where waivers begin, end or expire. */
  readonly waivers: string;
}

/** Begins with everything. */
export function beginScan(rules: ScannedRules, nowMs: number): ScanState {
  return {
    policies: describePolicies(rules.policies),
    waivers: rules.waivers,
    volatileAtMs: nowMs,
    fullAtMs: nowMs,
    passes: addPass([], rules.policies),
  };
}

/** Adds the passes that have become due. */
export function continueScan(state: ScanState, rules: ScannedRules, nowMs: number): ScanState {
  const policies = describePolicies(rules.policies);
  if (nowMs - state.fullAtMs >= FULL_MS) {
    return { ...beginScan(rules, nowMs), waivers: state.waivers };
  }
  const isVolatileDue = nowMs - state.volatileAtMs >= VOLATILE_MS;
  const due = rules.policies.filter(
    (policy) =>
      state.policies.get(policy.id) !== policies.get(policy.id) ||
      (isVolatileDue && !isCacheable(policy)),
  );
  return {
    ...state,
    policies,
    volatileAtMs: isVolatileDue ? nowMs : state.volatileAtMs,
    passes: addPass(state.passes, due),
  };
}

/** The state after a page of the pass at work. @param last - undefined after its last page */
export function endPage(state: ScanState, last: string | undefined): ScanState {
  const [pass, ...others] = state.passes;
  if (pass === undefined) return state;
  if (last !== undefined) return { ...state, passes: [{ ...pass, after: last }, ...others] };
  const kind = RESOURCE_KINDS[RESOURCE_KINDS.indexOf(pass.kind) + 1];
  if (kind === undefined) return { ...state, passes: others };
  return { ...state, passes: [{ ...pass, kind, after: '' }, ...others] };
}

/** A policy that waits for a pass already is asked once. */
function addPass(passes: readonly Pass[], due: readonly Askable[]): readonly Pass[] {
  const [kind] = RESOURCE_KINDS;
  if (due.length === 0 || kind === undefined) return passes;
  const policyIds = new Set(due.map(({ id }) => id));
  const others = passes
    .map((pass) => ({ ...pass, policyIds: without(pass.policyIds, policyIds) }))
    .filter((pass) => pass.policyIds.size > 0);
  return [...others, { policyIds, kind, after: '' }];
}

function without(ids: ReadonlySet<string>, gone: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...ids].filter((id) => !gone.has(id)));
}

function describePolicies(policies: readonly Askable[]): ReadonlyMap<string, string> {
  return new Map(
    policies.map(({ id, name, version, mode, type, actions, selector, scope, documents }) => [
      id,
      JSON.stringify([name, version, mode, type, actions, selector, scope, documents?.key]),
    ]),
  );
}
