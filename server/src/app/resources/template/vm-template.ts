/** The template of a VM: its requirements, its image, and its usage. */

import type { MachineImage } from '@novacron/contract/agent/machine';
import { parseUploadedImage } from '@novacron/contract/formats/uploaded-image';
import { DEFAULT_TEMPLATE_NAME, TemplateSpec } from '@novacron/contract/kinds/template/template';
import { networkIdsOf } from '@novacron/contract/kinds/vm/network-interface';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Change } from '../../../ports/store.ts';
import type { Tables, TemplateRow, VmRow } from '../../../ports/tables/tables.ts';
import type { Saga } from '../../kernel/operations/saga.ts';
import { requireSame } from '../../kernel/resource-rows/new-row.ts';
import { desiredAs, desiredOf, observedOf } from '../../rows/answer-resource.ts';
import { replan } from '../../rows/resource-problems.ts';

/** The part of a template that machines are made from. */
export interface TemplateParts {
  /** The template's name for agents. */
  readonly template: string;
  /** Absent for a built-in one. */
  readonly image?: MachineImage;
  /** For VMs that bring none of their own. */
  readonly userData: string | null;
}

/** Query for the built-in template of a VM; nothing where a tenant's is meant. */
export function builtInTemplateOf({ template_id }: Pick<VmSpec, 'template_id'>) {
  const where = template_id === null ? { name: DEFAULT_TEMPLATE_NAME } : { id: template_id };
  return { from: 'templates', where } as const;
}

/** Query for the version of a tenant's template that a VM was made from. */
export function templateVersionOf(row: VmRow) {
  const { template_version: version } = observedOf(row);
  const { template_id: id } = desiredOf(row);
  return {
    from: 'template_versions',
    where: { tenant_id: row.tenant_id, id: versionId(String(id), Number(version ?? 0)) },
  } as const;
}

/** The row of a version. */
export function versionId(templateId: string, version: number): string {
  return `${templateId}/${version}`;
}

/** A version as it is stored: all fields of the template. */
export function versionRow(row: TemplateRow): Tables['template_versions'] {
  return {
    id: versionId(row.id, row.version),
    tenant_id: row.tenant_id,
    template_id: row.id,
    version: row.version,
    document_json: row.desired_json,
  };
}

/** The image of a VM, from the version that it was created with. */
export function templateParts(
  builtIn: Tables['templates'] | undefined,
  own: Tables['template_versions'] | undefined,
): TemplateParts {
  if (own === undefined)
    return { template: builtIn?.name ?? DEFAULT_TEMPLATE_NAME, userData: null };
  const spec = TemplateSpec.parse(JSON.parse(own.document_json));
  return {
    // Names change, but a machine is identified by its template for good.
    template: own.template_id,
    image: {
      version: own.version,
      reference: spec.image,
      checksum: spec.image_checksum ?? parseUploadedImage(spec.image)?.checksum ?? null,
      firmware: spec.firmware,
      architecture: spec.architecture,
    },
    userData: spec.user_data,
  };
}

/** The requirements of a template that a VM does not meet. */
export function checkAgainstTemplate(
  spec: Pick<VmSpec, 'disk_gb' | 'network_id' | 'further_network_ids'>,
  row: TemplateRow | undefined,
): Problem[] {
  if (row === undefined) return [];
  const { disk_gb, network_id } = spec;
  const { disk_gb_min, network_ids } = desiredAs(row, TemplateSpec);
  const problems: Problem[] = [];
  if (disk_gb < disk_gb_min) {
    problems.push(
      problem('validation-failed', {
        detail: `The image of the template ${row.name} needs ${disk_gb_min} GB of disk.`,
        remedy: `Set disk_gb to at least ${disk_gb_min}, or use another template.`,
        fields: [{ path: ['disk_gb'], message: `must be at least ${disk_gb_min}` }],
      }),
    );
  }
  const refused =
    network_ids === null
      ? []
      : networkIdsOf(spec).filter((id) => !network_ids.some((allowed) => allowed === id));
  for (const id of refused) {
    const path = [id === network_id ? 'network_id' : 'further_network_ids'];
    problems.push(
      problem('validation-failed', {
        detail: `VMs of the template ${row.name} are not connected to the network ${id}.`,
        remedy: 'Use one of its network_ids, add the network to them, or use another template.',
        fields: [{ path, message: `is not among those of ${row.name}` }],
      }),
    );
  }
  return problems;
}

/** Counts a new VM at its template, which must still have the same version. */
export function countCreatedVm(row: TemplateRow | undefined): Partial<Saga> {
  if (row === undefined) return {};
  return {
    reserve: [requireSame('template', row), countVm(row.id, 1)],
    rollback: [countVm(row.id, -1)],
  };
}

/** Removes a deleted VM from its template's count. */
export function countDeletedVm(templateId: string | null, version: unknown): Partial<Saga> {
  if (templateId === null || version === undefined) return {};
  return { finalize: [countVm(templateId, -1)] };
}

function countVm(id: string, amount: 1 | -1): Change {
  const by = [{ column: 'vm_count', amount } as const];
  return { kind: 'add', table: 'tenant_templates', id, by, otherwise: replan(`Template ${id}`) };
}
