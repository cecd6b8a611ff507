/** Warns in the plan about deletions that destroy data: `terraform destroy`, or a removed block. */
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { isRecord } from '../../cty/is-record.ts';
import type { Values } from '../../fields/field-values.ts';
import type { Report } from '../../framework/diagnostics/diagnostics.ts';
import type { IncompleteState } from '../../rpc/session.ts';
import { type DataLossContext, warnDataLoss } from './warn-data-loss.ts';

/** Says what data is deleted with a resource; undefined where it has none. */
type DescribeData = (state: Values) => string | undefined;

/** The kinds that have data. */
const DATA: { readonly [Kind in ResourceKind]?: DescribeData } = {
  vm: ({ disk_gb }) =>
    isSize(disk_gb) ? `Its disk of ${disk_gb} GB is deleted; attached volumes stay.` : undefined,
  vm_group: ({ member_ids: members, vm }) => {
    if (!Array.isArray(members) || members.length === 0) return undefined;
    const size = isRecord(vm) && isSize(vm.disk_gb) ? ` of ${vm.disk_gb} GB` : '';
    return `The disks${size} of its VMs (${members.length}) are deleted.`;
  },
  volume: ({ size_gb, status }) =>
    status === 'creating' || status === 'failed'
      ? undefined
      : `Its data is deleted: a volume of ${size_gb} GB.`,
  snapshot: ({ size_gb, status, volume_id }) =>
    status === 'ready'
      ? `The copy of the volume ${volume_id} that it contains (${size_gb} GB) is deleted.`
      : undefined,
};

const ADVICE =
  'It cannot be restored: back it up first. To keep the resource, keep its block, or let ' +
  'Terraform forget it: `removed { from = ADDRESS }` with `lifecycle { destroy = false }`.';

const KEEP =
  'Terraform has marked it as tainted, because its create did not end before its timeout or an ' +
  'interrupt, and replaces it. If it is as you want it, keep it with `terraform untaint` and the ' +
  'address of this resource.';

/**
 * Emits the warning of a resource that is replaced because its create did not end in time.
 * @param gone.state - the state of the resource
 */
export function warnIncomplete(
  context: DataLossContext,
  gone: { readonly label: string; readonly state: IncompleteState },
): void {
  const { label, state } = gone;
  const { kind, values } = state;
  const data = DATA[kind]?.(values);
  if (data === undefined) return;
  const status = typeof values.status === 'string' ? ` Its status is ${values.status}.` : '';
  warnDataLoss(context, {
    own: {
      summary: `Data loss: replace ${label}`,
      detail: `${data}${status}\n\n${KEEP}`,
    },
    rest,
  });
}

/**
 * Emits one warning per deleted resource with data, up to `warnings_max` of the provider; the rest
 * share a summary.
 * @param gone.state - the state of the resource
 */
export function warnDeletion(
  context: DataLossContext,
  gone: { readonly label: string; readonly kind: ResourceKind; readonly state: Values },
): void {
  const { label, kind, state } = gone;
  const data = DATA[kind]?.(state);
  if (data === undefined) return;
  warnDataLoss(context, {
    own: { summary: `Data loss: delete ${label}`, detail: `${data} ${ADVICE}` },
    rest,
  });
}

/** The warning of further deletions. */
function rest(warningsMax: number): Report {
  return {
    summary: `This plan deletes the data of more than ${warningsMax} resources`,
    detail:
      'The others are not listed here. The plan lists every deletion, and ' +
      '`terraform show -json` of a saved plan names it.',
  };
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && value > 0;
}
