import { describe, expect, test } from '@jest/globals';
import { ADMINISTRATIVE_FIELDS } from '@novacron/contract/administration/administrative-fields';
import type { AdministrativeWrite } from '@novacron/contract/admission/admission';
import { SSH_KEY_EXAMPLE } from '@novacron/contract/formats/ssh-public-key';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { FieldTable } from '@novacron/contract/schema/field';
import { SMALL_VM, useBench } from '../test-kit/use-bench.ts';

type Preview = InputOf<'admission.preview'>;

/** Refuses what is marked, whatever else of it is known. */
const MARKED = `package marked

deny contains "marked" if startswith(input.resource.name, "refused")
deny contains "marked" if startswith(input.resource.path, "refused")
`;

const TEXT = 'name: refused\nsteps:\n  - id: a\n    wait: { duration: 1s }\n';
const { name: _name, ...SIZES } = SMALL_VM;

/** The required arguments of each kind whose objects need no other one. */
const NEW: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  network: { cidr: '10.1.0.0/16' },
  security_group: {},
  template: { image: 'builtin:default' },
  ssh_key: { public_key: SSH_KEY_EXAMPLE },
  vm: SIZES,
  vm_group: { min_size: 1, max_size: 2, vm: SIZES },
  volume: { size_gb: 1 },
  tenant: {},
  role: { operations: ['vm.get'] },
  reservation: { ...SIZES, ttl_seconds: 60 },
  workflow: { text: TEXT },
};

const TABLES: Readonly<Record<string, FieldTable>> = {
  ...Object.fromEntries(
    Object.entries(RESOURCE_DEFINITIONS).map(([kind, { table }]) => [kind, table]),
  ),
  ...ADMINISTRATIVE_FIELDS,
};

/** Arguments of a kind that may be left out, each of which a plan may not know yet. */
function optionalOf(kind: string): readonly string[] {
  return Object.entries(TABLES[kind] ?? {})
    .filter(([name, { presence, secrecy }]) => {
      return name !== 'name' && presence === 'optional' && secrecy === 'plain';
    })
    .map(([name]) => name);
}

describe('a preview of a write that is not wholly known', () => {
  const bench = useBench();

  async function previewOf(operation: string, input: object, unknown: readonly string[]) {
    const asked = { operation, input, unknown: [...unknown], moment: 'plan' };
    // Names and inputs are of the tables of the contract.
    return bench().expectOk('admission.preview', asked as unknown as Preview);
  }

  async function codesOf(...asked: Parameters<typeof previewOf>) {
    return (await previewOf(...asked)).problems.map(({ code }) => code);
  }

  test('of any kind is refused by what is known, whatever argument is not', async () => {
    await bench().expectOk('policy.create', { name: 'marked', type: 'resource', rule: MARKED });
    for (const [kind, required] of Object.entries(NEW)) {
      // A workflow has its name from its text.
      const said = kind === 'workflow' ? required : { name: 'refused', ...required };
      for (const open of optionalOf(kind)) {
        const codes = await codesOf(`${kind}.create`, said, [open]);
        expect([kind, open, ...codes]).toEqual([kind, open, 'policy-denied']);
      }
    }
  });

  const GROUP = { name: 'shop', min_size: 2, max_size: 3, vm: SIZES } as const;
  const LARGE = { ...GROUP, vm: { ...SIZES, memory_gb: 16 } };
  const OPEN = ['vm.network_id', 'vm.ssh_key_ids'];
  const SIZE = `package size

deny contains "too large" if {
	input.action in {"create_vm", "update_vm"}
	input.resource.memory_gb > 8
}
`;
  const NETWORKED = `package networked

deny contains "no network" if {
	input.action in {"create_vm", "update_vm"}
	input.resource.network_id == null
}
`;

  test('of a new group asks about its members, and waits for what they need', async () => {
    await bench().expectOk('policy.create', { name: 'size', type: 'resource', rule: SIZE });
    const { problems } = await previewOf('vm_group.create', LARGE, OPEN);
    expect(problems).toMatchObject([
      { code: 'policy-denied', errors: [{ path: ['vm', 'memory_gb'] }] },
    ]);
    expect(await codesOf('vm_group.create', GROUP, OPEN)).toEqual([]);
    const unsized = { ...GROUP, vm: { disk_gb: 5, memory_gb: 16 } };
    expect(await codesOf('vm_group.create', unsized, ['vm.cpu_cores'])).toEqual(['policy-denied']);
    const { resource: networked } = await bench().expectOk('policy.create', {
      name: 'networked',
      type: 'resource',
      rule: NETWORKED,
    });
    const { problems: none, deferred } = await previewOf('vm_group.create', GROUP, OPEN);
    expect(none).toEqual([]);
    expect(deferred).toMatchObject([{ policy: networked.name, unknown_fields: ['network_id'] }]);
  });

  test('of a group asks about every member that is to come, by its name', async () => {
    const rule =
      'package third\n\ndeny contains "not now" if endswith(input.resource.name, "-3")\n';
    await bench().expectOk('policy.create', { name: 'third', type: 'resource', rule });
    expect(await codesOf('vm_group.create', GROUP, OPEN)).toEqual([]);
    const three = { ...GROUP, min_size: 3 };
    expect(await codesOf('vm_group.create', three, OPEN)).toEqual(['policy-denied']);
    const { operation, resource } = await bench().expectOk('vm_group.create', GROUP);
    await bench().end(operation);
    const grown = { id: resource.id, min_size: 3, vm: SIZES };
    expect(await codesOf('vm_group.update', grown, OPEN)).toEqual(['policy-denied']);
  });

  test('of a document knows the name that is inside of it, as the write does', async () => {
    const rule = `package named

deny contains "name it team-" if {
	input.action == "create_orchestration_policy"
	not startswith(input.resource.name, "team-")
}

deny contains "it has an id" if {
	input.action == "create_orchestration_policy"
	input.resource.id != null
}
`;
    await bench().expectOk('policy.create', { name: 'named', type: 'resource', rule });
    const documentOf = (name: string) => ({
      document: `policies: [{ name: ${name}, rules: [{ minReplicas: 1 }] }]\n`,
    });
    const create = 'orchestration_policy.create';
    expect(await codesOf(create, documentOf('mine'), [])).toEqual(['policy-denied']);
    expect(await codesOf(create, documentOf('team-mine'), [])).toEqual([]);
    await bench().expectProblem(create, documentOf('mine'));
    await bench().expectOk(create, documentOf('team-mine'));
  });

  test('of a changed group asks about each member', async () => {
    const { operation, resource } = await bench().expectOk('vm_group.create', GROUP);
    await bench().end(operation);
    await bench().expectOk('policy.create', { name: 'size', type: 'resource', rule: SIZE });
    const { id } = resource;
    const changed = { id, vm: LARGE.vm };
    expect(await codesOf('vm_group.update', changed, OPEN)).toEqual(['policy-denied']);
    expect(await codesOf('vm_group.update', { id, vm: SIZES }, OPEN)).toEqual([]);
  });

  test('of a changed workflow reads its text, and asks the policies', async () => {
    const { resource } = await bench().expectOk('workflow.create', { text: TEXT });
    const { id } = resource;
    const broken = TEXT.replace('wait:', 'wat:');
    const unknown: readonly string[] = ['enabled'];
    const update = 'workflow.update' satisfies (typeof AdministrativeWrite.options)[number];
    expect(await codesOf(update, { id, text: broken }, unknown)).toEqual(['validation-failed']);
    await bench().expectOk('policy.create', { name: 'marked', type: 'resource', rule: MARKED });
    expect(await codesOf(update, { id, text: `${TEXT}\n` }, unknown)).toEqual(['policy-denied']);
  });
});
