/** What orchestration policies want of the places of VMs, added to what the VMs ask themselves. */

import type { OrchestrationAction } from '@novacron/contract/kinds/orchestration-policy/action';
import type {
  OrchestratedResource,
  OrchestrationPolicy,
} from '@novacron/contract/kinds/orchestration-policy/document';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Env } from '../env.ts';
import type { Labels, PlacementAsk, PlacementConstraints } from '../placement/model.ts';
import type { AskedAction } from './model.ts';
import { planOrchestration } from './plan-orchestration.ts';

/** A VM that is to be placed, and what it asks of its place itself. */
export interface PlacedVm {
  readonly spec: VmSpec;
  readonly ask: PlacementAsk;
}

type Wish = (OrchestrationAction & { readonly type: 'schedule' })['parameters'];

/** A part of what a policy wants, unless the VM's own placement says something of it. */
interface WishPart {
  readonly words: string;
  readonly own: 'said' | 'unsaid';
  readonly apply: (ask: PlacementAsk) => PlacementAsk;
}

/**
 * Adds what the `schedule` actions of policies want. What a VM asks itself wins over a soft wish
 * about the same matter, and never over a hard one. Nothing is known of metrics before a VM runs,
 * so rules about them do not count here.
 * @param vms - of one tenant
 * @param policies - of the same tenant
 * @returns the asks in the order of the VMs; `steering` tells which policies had what to say
 */
export function steerPlacements(
  {
    vms,
    policies,
  }: {
    readonly vms: readonly PlacedVm[];
    readonly policies: readonly OrchestrationPolicy[];
  },
  env: Pick<Env, 'nowMs'>,
): readonly PlacementAsk[] {
  if (policies.length === 0) return vms.map(({ ask }) => ask);
  const resources = vms.map(({ spec }) => toResource(spec));
  const { resources: plans } = planOrchestration({ policies, resources }, env);
  const byName = new Map(policies.map((policy) => [policy.metadata.name, policy]));
  return vms.map((vm, at) =>
    (plans[at]?.actions ?? []).reduce(
      (ask, asked) => steerOne({ ...vm, ask }, asked, byName.get(asked.policy)),
      vm.ask,
    ),
  );
}

function toResource({ name, metadata }: VmSpec): OrchestratedResource {
  return { type: 'vm', name, namespace: null, labels: metadata ?? {}, metrics: {} };
}

function steerOne(
  { spec, ask }: PlacedVm,
  { policy, rule, action }: AskedAction,
  document: OrchestrationPolicy | undefined,
): PlacementAsk {
  if (action.type !== 'schedule' || document === undefined) return ask;
  const wish = action.parameters;
  const isHard = wish.mode === 'hard';
  const source = `policy "${policy}", rule ${rule}`;
  return partsOf(wish, spec, selectedLabels(document, spec)).reduce((steered, part) => {
    const gives = part.own === 'said' && !isHard;
    const fate = gives ? ", which the VM's own placement overrides" : '';
    const words = `${source}: ${part.words}${fate}`;
    const next = gives ? steered : part.apply(steered);
    return { ...next, steering: [...(steered.steering ?? []), words] };
  }, ask);
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
      apply: (ask) => constrain(ask, { affinity: [...(ask.constraints.affinity ?? []), term] }),
    });
  } else {
    if (strategy !== undefined) {
      parts.push({
        words: `strategy ${strategy} (${mode})`,
        own: said(own?.strategy),
        apply: (ask) => ({ ...ask, strategy }),
      });
    }
    if (level !== undefined) {
      const term = { of, level, maxSkew: 1, need } as const;
      parts.push({
        words: `spread of ${like} by ${level} (${mode})`,
        own: said(own?.spread_domain),
        apply: (ask) => constrain(ask, { spread: [...(ask.constraints.spread ?? []), term] }),
      });
    }
  }
  if (capacity !== undefined) {
    parts.push({
      words: `${capacity} capacity (${mode})`,
      own: capacity === 'on-demand' && spec.spot ? 'said' : 'unsaid',
      apply: (ask) => constrain(ask, { spotRiskMax: capacity === 'spot' ? undefined : 0 }),
    });
  }
  return parts;
}

function constrain(ask: PlacementAsk, more: PlacementConstraints): PlacementAsk {
  return { ...ask, constraints: { ...ask.constraints, ...more } };
}

/** The labels that the VMs of a policy have in common, this one among them. */
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
