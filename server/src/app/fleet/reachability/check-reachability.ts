/** Observes VMs, their networks and their firewalls, and lets the engine trace the packet. */

import { NetworkSpec } from '@novacron/contract/kinds/network/network';
import type { Reachability } from '@novacron/contract/kinds/security-group/reachability';
import { networkIdsOf } from '@novacron/contract/kinds/vm/network-interface';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainReachability } from '@novacron/engine/placement/network/explain-reachability';
import type { GuardedVm, Origin, Verdict } from '@novacron/engine/placement/network/model/network';
import { planReachability } from '@novacron/engine/placement/network/plan-reachability';
import type { NetworkRow, SecurityGroupRow, VmRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { furtherInterfacesOf } from '../../resources/network/further-interfaces.ts';
import { toGuards } from '../../resources/security-group/vm-firewall.ts';
import { desiredAs, observedOf } from '../../rows/answer-resource.ts';
import { notFound } from '../../rows/resource-problems.ts';

type Input = ParsedInputOf<'network.reachability'>;

/** Answers from the desired state of the caller's VMs and groups. */
export async function checkReachability(
  deps: CapabilityDeps,
  input: Input,
  context: CallContext,
): Promise<Result<Reachability, Problem>> {
  const wrong = checkInput(input);
  if (wrong !== undefined) return err(wrong);
  const tenant_id = context.principal.tenantId;
  const found = await deps.store.snapshot({
    vms: { from: 'vms', where: { tenant_id, id: { in: [input.to_vm_id, fromOf(input)] } } },
    networks: { from: 'networks', where: { tenant_id } },
    groups: { from: 'security_groups', where: { tenant_id } },
  });
  const vmOf = (id: string): GuardedVm | undefined => {
    const row = found.vms.find((vm) => vm.id === id);
    return row === undefined ? undefined : toGuardedVm(row, found);
  };
  const to = vmOf(input.to_vm_id);
  if (to === undefined) return err(unknownVm(input.to_vm_id, 'to_vm_id'));
  const from = originOf(input, vmOf);
  if (from === undefined) return err(unknownVm(fromOf(input), 'from_vm_id'));
  const probe = { from, to, protocol: input.protocol, port: input.port ?? null };
  const plan = planReachability(probe);
  const words = explainReachability(probe, plan);
  return ok({
    allowed: plan.allowed,
    explanation: words.summary,
    verdicts: plan.verdicts.map((verdict, at) => toAnswer(verdict, words.verdicts[at] ?? '')),
  });
}

function fromOf({ from_vm_id }: Input): string {
  return from_vm_id ?? '';
}

function originOf(
  { from_cidr, from_vm_id }: Input,
  vmOf: (id: string) => GuardedVm | undefined,
): Origin | undefined {
  if (from_cidr !== undefined) return { kind: 'cidr', cidr: from_cidr };
  const vm = vmOf(from_vm_id ?? '');
  return vm === undefined ? undefined : { kind: 'vm', vm };
}

function toGuardedVm(
  row: VmRow,
  found: {
    readonly networks: readonly NetworkRow[];
    readonly groups: readonly SecurityGroupRow[];
  },
): GuardedVm {
  const spec = desiredAs(row, VmSpec);
  const addresses = new Map<string, unknown>([
    [spec.network_id ?? '', observedOf(row).ip_address],
    ...furtherInterfacesOf(row).map((each) => [each.network_id, each.ip_address] as const),
  ]);
  return {
    id: row.id,
    name: row.name,
    networks: networkIdsOf(spec).flatMap((id) => {
      const network = found.networks.find((each) => each.id === id);
      if (network === undefined) return [];
      const { cidr } = desiredAs(network, NetworkSpec);
      return [{ id, cidr, block: blockOf(addresses.get(id)) ?? cidr }];
    }),
    ...toGuards(spec, found.groups),
  };
}

/** The block of one address; undefined where the VM has none yet. */
function blockOf(address: unknown): string | undefined {
  if (typeof address !== 'string') return undefined;
  return `${address}/${address.includes(':') ? 128 : 32}`;
}

function toAnswer(verdict: Verdict, explanation: string): Reachability['verdicts'][number] {
  const { vm, direction, allowed, reason, by } = verdict;
  return {
    vm_id: vm.id,
    direction,
    allowed,
    reason,
    explanation,
    rule: by?.rule ?? null,
    security_group_id: by?.group?.id ?? null,
  };
}

function checkInput({ from_vm_id, from_cidr, to_vm_id, protocol, port }: Input) {
  const hasPorts = protocol !== 'icmp';
  if ((from_vm_id === undefined) === (from_cidr === undefined)) {
    return invalid('from_vm_id', 'requires a source: a VM or an address block');
  }
  if (from_vm_id === to_vm_id) return invalid('from_vm_id', 'is the same as the target VM');
  if (hasPorts && port === undefined) return invalid('port', `is needed for ${protocol}`);
  if (!hasPorts && port !== undefined) return invalid('port', 'is not used with icmp');
  return undefined;
}

function invalid(field: string, message: string): Problem {
  return problem('validation-failed', {
    detail: `The request is not valid: ${field} ${message}.`,
    remedy: 'Set the source (from_vm_id or from_cidr), the protocol and the port.',
    fields: [{ path: [field], message }],
  });
}

function unknownVm(id: string, field: string): Problem {
  return { ...notFound('vm', id), fields: [{ path: [field], message: 'is not the id of a VM' }] };
}
