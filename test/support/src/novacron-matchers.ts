/**
 * Matchers for tests of stacks: what NovaCron says to a plan of what CDKTF synthesised. They are
 * given to `expect.extend`, of jest and of what has learnt from it. Each asks a NovaCron that
 * `startNovacron` started, as the provider does in a plan; nothing of the stack is created.
 */
import { randomUUID } from 'node:crypto';
import {
  type AdmissionPreview,
  PreviewableOperation,
} from '@novacron/contract/admission/admission';
import { PolicyVerdict } from '@novacron/contract/admission/policy-verdict';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { createShape } from '@novacron/contract/schema/field';
import type { RunningNovacron } from './start-novacron.ts';

/** Result of a matcher, in the form that `expect` requires. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matchers as `expect(synthesised)` has them: `@novacron/testing/jest` and its siblings. */
export interface NovacronMatchers {
  /** Passes if the VMs of the stack would be placed on a node each. */
  toPlaceOnDistinctNodes(novacron: RunningNovacron): Promise<void>;
  /** Passes if a policy, given as Rego, denies no resource of the stack. */
  toSatisfyPolicy(novacron: RunningNovacron, rule: string): Promise<void>;
}

/** A resource of the stack, and what would happen to it now. */
interface Planned {
  readonly address: string;
  readonly preview: AdmissionPreview;
}

type Attributes = { readonly [name: string]: unknown };

/** Matchers for `expect.extend`. */
export const novacronMatchers = { toPlaceOnDistinctNodes, toSatisfyPolicy };

/**
 * Whether the VMs of a stack would be placed on a node each, one planned after another.
 * @param synthesised - what `Testing.synth(stack)` answers
 * @throws where there are not two VMs, or NovaCron would refuse one: then nothing can be said
 */
async function toPlaceOnDistinctNodes(
  synthesised: string,
  novacron: RunningNovacron,
): Promise<MatcherResult> {
  const vms = await previewStack(synthesised, novacron, [RESOURCE_DEFINITIONS.vm.type]);
  if (vms.length < 2) {
    throw new Error(`The stack has ${vms.length} novacron_vm; give it two to tell them apart.`);
  }
  const lines = vms.map(({ address, preview }) => {
    const node = preview.placement_preview?.node;
    if (node !== undefined) return { address, node };
    throw new Error(describeRefusal(address, preview.problems));
  });
  const nodes = new Set(lines.map(({ node }) => node));
  const pass = nodes.size === lines.length;
  const shown = lines.map(({ address, node }) => `${address} on ${node}`).join('\n');
  return {
    pass,
    message: () => `the VMs ${pass ? 'have a node each' : 'share nodes'}:\n${shown}`,
  };
}

/**
 * Whether a policy of type `resource` lets every resource of a stack be created.
 * @param synthesised - what `Testing.synth(stack)` answers
 * @param rule - the text of the policy, Rego
 * @throws where the policy does not compile or reads what only an apply would know, or where
 *   NovaCron would refuse a resource whatever policies say
 */
async function toSatisfyPolicy(
  synthesised: string,
  novacron: RunningNovacron,
  rule: string,
): Promise<MatcherResult> {
  const name = `under test ${randomUUID()}`;
  const made = await novacron.expectOk('policy.create', {
    name,
    rule,
    type: 'resource',
    enforcement_mode: 'block',
    enabled: true,
  });
  try {
    const types = Object.values(RESOURCE_DEFINITIONS).map(({ type }) => type);
    const planned = await previewStack(synthesised, novacron, types);
    const waits = planned.filter(({ preview }) =>
      preview.deferred.some(({ policy }) => policy === name),
    );
    if (waits.length > 0) {
      const addresses = waits.map(({ address }) => address).join(', ');
      throw new Error(`The policy reads what only an apply knows of ${addresses}.`);
    }
    const denials = planned.flatMap((each) =>
      reasonsOf(name, each).map((reason) => `${each.address}: ${reason}`),
    );
    const pass = denials.length === 0;
    const count = `${planned.length} resources of the stack`;
    return {
      pass,
      message: () =>
        pass
          ? `the policy denies none of the ${count}`
          : `the policy denies:\n${denials.join('\n')}`,
    };
  } finally {
    await novacron.expectOk('policy.delete', { id: made.resource.id });
  }
}

/**
 * Returns the reasons why a policy denies a resource. A refusal for other reasons may hide them.
 */
function reasonsOf(policyName: string, { address, preview }: Planned): readonly string[] {
  const others = preview.problems.filter(({ code }) => code !== 'policy-denied');
  if (others.length > 0) throw new Error(describeRefusal(address, others));
  return preview.problems
    .flatMap(({ data }) => Verdicts.safeParse(data?.policies).data ?? [])
    .flatMap(({ policy, reasons }) => (policy === policyName ? reasons : []));
}

const Verdicts = PolicyVerdict.pick({ policy: true, reasons: true }).array();

function describeRefusal(address: string, problems: AdmissionPreview['problems']): string {
  const words = problems.map(({ detail, remedy }) => `${detail} ${remedy}`);
  return `NovaCron would refuse ${address}. ${words.join('\n')}`;
}

/** Plans the creation of what a stack holds of some types, as one run of Terraform would. */
async function previewStack(
  synthesised: string,
  novacron: RunningNovacron,
  types: readonly string[],
): Promise<readonly Planned[]> {
  const { resource = {} } = JSON.parse(synthesised) as {
    readonly resource?: { readonly [type: string]: { readonly [id: string]: Attributes } };
  };
  const session = randomUUID();
  const planned: Planned[] = [];
  for (const [kind, { type, table }] of Object.entries(RESOURCE_DEFINITIONS)) {
    if (!types.includes(type)) continue;
    const accepted = Object.keys(createShape(table));
    for (const [id, attributes] of Object.entries(resource[type] ?? {})) {
      const given = Object.entries(attributes).filter(([name]) => accepted.includes(name));
      const preview = await novacron.expectOk('admission.preview', {
        operation: PreviewableOperation.parse(`${kind}.create`),
        input: Object.fromEntries(given.filter(([, value]) => !isUnknown(value))),
        unknown: given.filter(([, value]) => isUnknown(value)).map(([name]) => name),
        ...(kind === 'vm' && { session }),
      });
      planned.push({ address: `${type}.${id}`, preview });
    }
  }
  return planned;
}

/** Whether only Terraform will know it: a reference such as `${novacron_network.lan.id}`. */
function isUnknown(value: unknown): boolean {
  return JSON.stringify(value).replaceAll('$${', '').includes('${');
}
