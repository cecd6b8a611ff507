/** Plans templates: they have no step on any node, so they are complete at admission. */

import { parseUploadedImage } from '@novacron/contract/formats/uploaded-image';
import {
  TEMPLATE_FIELDS,
  TemplateSpec,
  VERSIONED_FIELDS,
} from '@novacron/contract/kinds/template/template';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import type { Change } from '../../../ports/store.ts';
import type { TemplateRow } from '../../../ports/tables/tables.ts';
import { chargeTenant, checkQuota, refundTenant } from '../../access/quota/tenant-quota.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { findToChange } from '../../kernel/resource-rows/find-resource.ts';
import {
  changedColumns,
  changeIdle,
  mergeFields,
  newResourceRow,
  requireSame,
} from '../../kernel/resource-rows/new-row.ts';
import { desiredAs, desiredIfReadable, desiredOf } from '../../rows/answer-resource.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import {
  nameTaken,
  referenceUnknown,
  replan,
  toProblemList,
} from '../../rows/resource-problems.ts';
import { nameVms } from '../name-users.ts';
import type { Prepare, WriteScope } from '../scope.ts';
import { BUILT_IN_IMAGE, checkImage } from './check-image.ts';
import { useImage } from './use-image.ts';
import { versionId, versionRow } from './vm-template.ts';

const ONE = { templates: 1 } as const;

/** Plans a new template. */
export const prepareTemplateCreate: Prepare<ParsedInputOf<'template.create'>> = async (
  input,
  scope,
) => {
  const spec = TemplateSpec.parse(fillDefaults(TEMPLATE_FIELDS, input));
  const { tenantId } = scope.context.principal;
  const quotas = await scope.deps.store.read({ from: 'tenant_quotas', where: { id: tenantId } });
  const problems = [
    ...checkImage(spec.image),
    ...(await checkSpec(spec, { tenantId, id: '' }, scope)),
    ...toProblemList(checkQuota(quotas[0], ONE)),
  ];
  if (problems.length > 0) return err(problems);
  useImage(spec.image, scope);
  const id = scope.deps.ids.next('tpl');
  const desired = spec;
  const common = newResourceRow(scope, { id, name: spec.name, desired, observed: {}, busy: 'no' });
  const row: TemplateRow = { ...common, version: 1, vm_count: 0 };
  const otherwise = replan(`The name ${spec.name}`);
  return ok({
    resourceKind: 'template',
    target: { id, name: spec.name },
    before: null,
    wanted: desired,
    placement: null,
    saga: reserveOnly([
      { kind: 'insert', into: 'tenant_templates', row, otherwise },
      { kind: 'put', into: 'template_versions', row: versionRow(row) },
      ...chargeTenant(tenantId, ONE),
    ]),
  });
};

/** Plans a change of a template; changed VM fields are a new version. */
export const prepareTemplateUpdate: Prepare<ParsedInputOf<'template.update'>> = async (
  input,
  scope,
) => {
  const current = await findOwn(input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const before = desiredOf(row);
  const after = TemplateSpec.parse(mergeFields(before, input, TEMPLATE_FIELDS));
  const wanted = after;
  const problems = [
    ...checkImage(after.image),
    ...(await checkSpec(after, { tenantId: row.tenant_id, id: row.id }, scope)),
  ];
  if (problems.length > 0) return err(problems);
  useImage(after.image, scope);
  const changes = changedFields(before, wanted);
  const isNewVersion = VERSIONED_FIELDS.some((name) => name in changes);
  const version = row.version + (isNewVersion ? 1 : 0);
  const columns = changedColumns(row, scope, { name: after.name, desired: wanted, busy: 'no' });
  const next: TemplateRow = { ...row, ...columns, version };
  return ok({
    resourceKind: 'template',
    target: { id: row.id, name: after.name },
    before,
    wanted,
    placement: null,
    notices: isNewVersion && row.vm_count > 0 ? [keepTheirs(row)] : [],
    saga: reserveOnly(
      Object.keys(changes).length === 0
        ? [requireSame('template', row)]
        : [
            changeIdle('template', row, { ...columns, version }),
            ...(isNewVersion
              ? [{ kind: 'put', into: 'template_versions', row: versionRow(next) } as const]
              : []),
          ],
    ),
  });
};

/** Plans the deletion of an unused template. */
export const prepareTemplateDelete: Prepare<ParsedInputOf<'template.delete'>> = async (
  input,
  scope,
) => {
  const current = await findOwn(input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const used = await findUses(row, scope);
  if (used !== undefined) return err([used]);
  return ok({
    resourceKind: 'template',
    target: { id: row.id, name: row.name },
    before: desiredIfReadable(row),
    wanted: null,
    placement: null,
    saga: reserveOnly([
      {
        kind: 'delete',
        from: 'tenant_templates',
        id: row.id,
        expect: { revision: row.revision, vm_count: 0 },
        otherwise: replan(`The template ${row.name}`),
      },
      ...Array.from({ length: row.version }, (_, at): Change => {
        return { kind: 'drop', from: 'template_versions', id: versionId(row.id, at + 1) };
      }),
      { kind: 'drop', from: 'baselines', id: row.id },
      ...refundTenant(row.tenant_id, ONE),
    ]),
  });
};

/** The template to change; built-in ones have no owner. */
async function findOwn(
  input: { readonly id: string; readonly if_revision?: number | undefined },
  scope: WriteScope,
): Promise<Result<TemplateRow, Problem>> {
  const [builtIn] = await scope.deps.store.read({ from: 'templates', where: { id: input.id } });
  if (builtIn === undefined) return findToChange('template', input, scope);
  return err(
    problem('in-use', {
      detail: `The template ${builtIn.name} is built in: every tenant uses it.`,
      remedy: `Create a template of your own with the image ${BUILT_IN_IMAGE}${builtIn.name}.`,
    }),
  );
}

async function checkSpec(
  spec: TemplateSpec,
  { tenantId: tenant_id, id }: { readonly tenantId: string; readonly id: string },
  scope: WriteScope,
): Promise<Problem[]> {
  const rows = await scope.deps.store.snapshot({
    builtIn: { from: 'templates' },
    holders: { from: 'tenant_templates', where: { tenant_id, name: spec.name, id: { not: id } } },
    networks: {
      from: 'networks',
      where: { tenant_id, id: { in: [spec.network_id ?? '', ...(spec.network_ids ?? [])] } },
    },
  });
  const holder = rows.holders[0] ?? rows.builtIn.find(({ name }) => name === spec.name);
  const known = new Set(rows.networks.map((network) => network.id));
  const missing = (spec.network_ids ?? []).filter((network) => !known.has(network));
  return [
    ...(holder === undefined ? [] : [nameTaken('template', spec.name, holder.id)]),
    ...missing.map((network) => referenceUnknown('network_ids', 'network', network)),
    ...checkDefaults(spec, known),
    ...checkUploaded(spec),
    ...checkBuiltIn(
      spec.image,
      rows.builtIn.map(({ name }) => name),
    ),
  ];
}

/** The defaults of a template must be within its own limits. */
function checkDefaults(spec: TemplateSpec, known: ReadonlySet<string>): readonly Problem[] {
  const { name, network_id, network_ids, disk_gb, disk_gb_min } = spec;
  const problems: Problem[] = [];
  if (network_id !== null && !known.has(network_id)) {
    problems.push(referenceUnknown('network_id', 'network', network_id));
  } else if (network_id !== null && network_ids !== null && !network_ids.includes(network_id)) {
    problems.push(
      problem('validation-failed', {
        detail: `VMs of ${name} may not use its default network: ${network_id}.`,
        remedy: 'Add network_id to network_ids, or remove one of the two.',
        fields: [{ path: ['network_id'], message: 'is not among network_ids' }],
      }),
    );
  }
  if (disk_gb !== null && disk_gb < disk_gb_min) {
    problems.push(
      problem('validation-failed', {
        detail: `The default disk_gb of ${name} is ${disk_gb}, and its image needs more.`,
        remedy: `Set disk_gb to at least ${disk_gb_min}, or disk_gb_min to less.`,
        fields: [{ path: ['disk_gb'], message: `must be at least ${disk_gb_min}` }],
      }),
    );
  }
  return problems;
}

/** An uploaded image is named by its checksum: another one would be refused by every node. */
function checkUploaded({ image, image_checksum: checksum }: TemplateSpec): Problem[] {
  const uploaded = parseUploadedImage(image);
  if (uploaded === undefined || checksum === null || checksum === uploaded.checksum) return [];
  return [
    problem('validation-failed', {
      detail: `image_checksum is not that of the uploaded image, ${uploaded.checksum}.`,
      remedy: 'Remove image_checksum: the reference of an uploaded image has it.',
      fields: [{ path: ['image_checksum'], message: 'is another one than that of the image' }],
    }),
  ];
}

function checkBuiltIn(image: string, names: readonly string[]): Problem[] {
  if (!image.startsWith(BUILT_IN_IMAGE)) return [];
  if (names.includes(image.slice(BUILT_IN_IMAGE.length))) return [];
  return [
    problem('reference-unknown', {
      detail: `image refers to ${image}, but no built-in template has this name.`,
      remedy: `Use one of ${names.map((name) => BUILT_IN_IMAGE + name).join(', ')}.`,
      fields: [{ path: ['image'], message: 'is not a built-in image' }],
    }),
  ];
}

function keepTheirs({ vm_count, version }: TemplateRow): string {
  const vms = vm_count === 1 ? '1 VM keeps what it was' : `${vm_count} VMs keep what they were`;
  return (
    `${vms} made from; only VMs that are created from now on get version ` +
    `${version + 1}. Replace a VM to bring it there (terraform apply -replace=ADDRESS), which ` +
    'destroys the data of its root disk.'
  );
}

async function findUses(row: TemplateRow, scope: WriteScope): Promise<Problem | undefined> {
  const { tenant_id } = row;
  const groups = await scope.deps.store.read({ from: 'vm_groups', where: { tenant_id } });
  const naming = groups
    .filter((group) => desiredAs(group, VmGroupSpec).vm.template_id === row.id)
    .map(({ name }) => name);
  if (row.vm_count === 0 && naming.length === 0) return undefined;
  const vms = row.vm_count === 1 ? '1 VM was' : `${row.vm_count} VMs were`;
  const names = await nameVms(scope, tenant_id, (spec) => spec.template_id === row.id);
  const reasons = [
    ...(row.vm_count === 0 ? [] : [`${vms} made from it (${names})`]),
    ...(naming.length === 0 ? [] : [`the VM group ${naming.sort().join(', ')} names it`]),
  ];
  return problem('in-use', {
    detail: `The template ${row.name} cannot be deleted: ${reasons.join(', and ')}.`,
    remedy: 'Delete those VMs, or replace them by VMs of another template, first.',
    data: { vm_count: row.vm_count, vm_groups: naming },
  });
}
