/** What the machine of a new VM is made of. */
import type { ParsedInputOf } from '@novacron/contract/operations';
import { ok } from '@novacron/contract/result';
import type { VmSpec } from '@novacron/contract/vm';
import { mergeSecrets, NO_SECRETS, toGuest } from '../../../rows/vm-secrets.ts';
import { planAddress } from '../../network/plan-address.ts';
import type { WriteScope } from '../../scope.ts';
import { templateParts, versionRow } from '../../template/vm-template.ts';
import { toMachineSpec } from '../machine/machine-spec.ts';
import type { VmReferences } from './observe-vm-create.ts';

/** Gives the VM an id and an address. Problems: those of `planAddress`. */
export async function planNewMachine(
  {
    input,
    spec,
    found,
    taken = new Set(),
  }: {
    readonly input: ParsedInputOf<'vm.create'>;
    readonly spec: VmSpec;
    readonly found: Pick<VmReferences, 'network' | 'template' | 'ownTemplate' | 'groups'>;
    readonly taken?: ReadonlySet<string>;
  },
  scope: WriteScope,
) {
  const vmId = scope.deps.ids.next('vm');
  const asker = { id: vmId, name: spec.name, network: found.network, taken };
  const addressed = await planAddress(asker, scope);
  if (!addressed.ok) return addressed;
  const { address } = addressed.value;
  const secrets = mergeSecrets(NO_SECRETS, input);
  const { ownTemplate } = found;
  const own = ownTemplate === undefined ? undefined : versionRow(ownTemplate);
  const { userData, ...made } = templateParts(found.template, own);
  const guest = toGuest(spec, secrets, userData);
  const machine = toMachineSpec({ ...found, ...made, spec, address, guest });
  return ok({ vmId, spec, secrets, machine, ...addressed.value });
}
