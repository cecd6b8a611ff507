/** Applies orchestration policies to placement requests. */

import type { OrchestrationAction } from '@novacron/contract/kinds/orchestration-policy/action';
import type {
  OrchestratedResource,
  OrchestrationPolicy,
} from '@novacron/contract/kinds/orchestration-policy/document';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Env } from '../../env.ts';
import type {
  Labels,
  PlacementConstraints,
  PlacementRequest,
} from '../../placement/place/model/placement.ts';
import type { RequestedAction } from './model/orchestration.ts';
import { planOrchestration } from './plan-orchestration.ts';

/** A VM to place, and its own placement request. */
export interface PlacedVm {
  readonly spec: VmSpec;
  readonly request: PlacementRequest;
}

type Wish = (OrchestrationAction & { readonly type: 'schedule' })['parameters'];

/** A part of a policy's constraints, unless the VM's own request sets it. */
interface WishPart {
  readonly words: string;
  readonly own: 'said' | 'unsaid';
  readonly apply: (request: PlacementRequest) => PlacementRequest;
}

/**
 * Adds the constraints of `schedule` actions of policies. A VM's own request takes precedence over
 * a soft constraint about the same matter, never over a hard one. A VM has no metrics before it
 * runs, so rules about metrics do not apply here.
 * @param vms - of one tenant
 * @param policies - of the same tenant
 * @returns the requests in the order of the VMs; `steering` lists what each policy has added
 */
export function applyPlacementPolicies(
  {
    vms,
    policies,
  }: {
    readonly vms: readonly PlacedVm[];
    readonly policies: readonly OrchestrationPolicy[];
  },
  env: Pick<Env, 'nowMs'>,
): readonly PlacementRequest[] {
  if (policies.length === 0) return vms.map(({ request }) => request);
  const resources = vms.map(({ spec }) => toResource(spec));
  const { resources: plans } = planOrchestration({ policies, resources }, env);
  const byName = new Map(policies.map((policy) => [policy.metadata.name, policy]));
  return vms.map((vm, at) =>
    (plans[at]?.actions ?? []).reduce(
      (request, asked) => steerOne({ ...vm, request }, asked, byName.get(asked.policy)),
      vm.request,
    ),
  );
}

function toResource({ name, metadata }: VmSpec): OrchestratedResource {
  return { type: 'vm', name, namespace: null, labels: metadata ?? {}, metrics: {} };
}

function steerOne(
  { spec, request }: PlacedVm,
  { policy, rule, action }: RequestedAction,
  document: OrchestrationPolicy | undefined,
): PlacementRequest {
  if (action.type !== 'schedule' || document === undefined) return request;
  const wish = action.parameters;
  const isHard = wish.mode === 'hard';
  const source = `policy "${policy}", rule ${rule}`;
  return partsOf(wish, spec, selectedLabels(document, spec)).reduce((steered, part) => {
    const gives = part.own === 'said' && !isHard;
    const fate = gives ? ", which the VM's own placement overrides" : '';
    const words = `${source}: ${part.words}${fate}`;
    const next = gives ? steered : part.apply(steered);
    return { ...next, steering: [...(steered.steering ?? []), words] };
  }, request);
}

function partsOf(wish: Wish, spec: VmSpec, labels: Labels): readonly WishPart[] {
  const { strategy, spread_domain: level, capacity, mode = 'soft' } = wish;
  const own = spec.placement;
  const need = mode === 'hard' ? 'required' : 'preferred';
  const of = { kind: 'labels', labels } as const;
  const like = describeLabels(labels);
  const said = (...values: readonly unknown[]) =>
    values.some((value) => value !== null && value !== undefined) ? 'said' : 'unsaid';
  const parts: WishPart[] = [];
  if (strategy === 'anti-affinity') {
    const term = { rule: 'apart', to: of, level: level ?? 'node', need } as const;
    parts.push({
      words: `apart from ${like} by ${term.level} (${mode})`,
      own: said(own?.affinity, own?.anti_affinity, spec.anti_affinity),
      apply: (request) =>
        constrain(request, { affinity: [...(request.constraints.affinity ?? []), term] }),
    });
  } else {
    if (strategy !== undefined) {
      parts.push({
        words: `strategy ${strategy} (${mode})`,
        own: said(own?.strategy),
        apply: (request) => ({ ...request, strategy }),
      });
    }
    if (level !== undefined) {
      const term = { of, level, maxSkew: 1, need } as const;
      parts.push({
        words: `spread of ${like} by ${level} (${mode})`,
        own: said(own?.spread_domain),
        apply: (request) =>
          constrain(request, { spread: [...(request.constraints.spread ?? []), term] }),
      });
    }
  }
  if (capacity !== undefined) {
    parts.push({
      words: `${capacity} capacity (${mode})`,
      own: capacity === 'on-demand' && spec.spot ? 'said' : 'unsaid',
      apply: (request) => constrain(request, { spotRiskMax: capacity === 'spot' ? undefined : 0 }),
    });
  }
  return parts;
}

function constrain(request: PlacementRequest, more: PlacementConstraints): PlacementRequest {
  return { ...request, constraints: { ...request.constraints, ...more } };
}

/** Returns the labels that all VMs of a policy share. */
function selectedLabels({ metadata, spec }: OrchestrationPolicy, vm: VmSpec): Labels {
  const own = Object.entries(vm.metadata ?? {});
  const { matchLabels, tags } = spec.selector;
  const tagged = tags.flatMap((tag) => own.filter((label) => label.includes(tag)).slice(0, 1));
  const inNamespace = metadata.namespace === null ? {} : { environment: metadata.namespace };
  return { ...inNamespace, ...matchLabels, ...Object.fromEntries(tagged) };
}

function describeLabels(labels: Labels): string {
  const words = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return words.length === 0 ? 'all other VMs' : `VMs with ${words.join(', ')}`;
}
