/** The corrections, by kind. */
import type { Correction, RelatedLabels } from '../model/correction.ts';
import type { Labels, SubjectFacts } from '../model/facts.ts';
import { dataClassOf, rankOf } from '../rules/data-class.ts';

/** More than most VMs use, and an end for those that take all of a node. */
const DISK_IOPS = 5_000;
const NETWORK_MBPS = 1_000;

const ENVIRONMENTS = new Set(['prod', 'staging', 'dev', 'test']);

/** Corrections of VMs. */
export const VM_CORRECTIONS: readonly Correction<'vm'>[] = [
  {
    checkId: 'NC-VM-017',
    class: 'auto',
    field: 'deletion_protection',
    chooseValue: () => true,
  },
  {
    checkId: 'NC-VM-021',
    class: 'approval',
    field: 'io_limits',
    chooseValue: () => ({ disk_iops: DISK_IOPS, network_out_mbps: NETWORK_MBPS }),
  },
  {
    checkId: 'NC-INV-005',
    class: 'auto',
    field: 'metadata',
    chooseValue: ({ metadata, network_id: network }, related) => {
      const env = related.get(network ?? '')?.env ?? '';
      return withLabel(metadata, 'env', ENVIRONMENTS.has(env) ? env : undefined);
    },
  },
  { checkId: 'NC-INV-006', class: 'auto', field: 'metadata', chooseValue: withClassOfVolumes },
  { checkId: 'NC-INV-007', class: 'approval', field: 'metadata', chooseValue: withClassOfVolumes },
];

/** Corrections of volumes. */
export const VOLUME_CORRECTIONS: readonly Correction<'volume'>[] = [
  {
    checkId: 'NC-INV-003',
    class: 'auto',
    field: 'metadata',
    chooseValue: ({ metadata, attached_to: vm }, related) =>
      withLabel(metadata, 'owner', related.get(vm ?? '')?.owner),
  },
  {
    checkId: 'NC-INV-006',
    class: 'auto',
    field: 'metadata',
    chooseValue: ({ metadata, attached_to: vm }, related) =>
      withLabel(metadata, 'data-class', dataClassOf(related.get(vm ?? '') ?? {})),
  },
];

function withLabel(labels: Labels | undefined, name: string, value: string | undefined) {
  return value === undefined || value === '' ? undefined : { ...labels, [name]: value };
}

/** Labels with the class of the most sensitive of the volumes. */
function withClassOfVolumes(
  { metadata, volumes = [] }: SubjectFacts['vm'],
  related: RelatedLabels,
): Labels | undefined {
  const [highest] = volumes
    .flatMap((id) => dataClassOf(related.get(id) ?? {}) ?? [])
    .toSorted((one, other) => rankOf(other) - rankOf(one));
  return withLabel(metadata, 'data-class', highest);
}
