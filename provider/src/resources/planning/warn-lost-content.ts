/** Warns that what is created again in the place of a deleted resource has not its content. */
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { Values } from '../../fields/field-values.ts';
import { type DataLossContext, warnDataLoss } from './warn-data-loss.ts';

/**
 * Emits one warning per volume that was deleted outside of Terraform, up to `warnings_max` of the
 * provider; the rest share a summary. A plan that creates it again shows the same values as the
 * volume had, and neither an import nor what a VM has written is one of them.
 * @param gone.state - the last known state of the resource
 */
export function warnLostContent(
  context: DataLossContext,
  gone: { readonly label: string; readonly kind: ResourceKind; readonly state: Values },
): void {
  const { label, kind, state } = gone;
  if (kind !== 'volume' || state.status === 'creating' || state.status === 'failed') return;
  const source = state.source_snapshot_id ?? null;
  const begins =
    source === null
      ? 'the new volume is empty: what was imported or written is not restored'
      : `the new volume has the content of ${source}: what was written since is not restored`;
  warnDataLoss(context, {
    own: {
      summary: `Data lost: ${label} is gone with its content`,
      detail:
        `If an apply creates it again, ${begins}. To have an image in it, import the volume ` +
        'before the apply (`novacron volume import NAME --file FILE`), and adopt it with an ' +
        '`import` block; to have a snapshot in it, set source_snapshot_id.',
    },
    rest: (warningsMax) => ({
      summary: `The content of more than ${warningsMax} volumes is gone`,
      detail:
        'The others are not listed here. What an apply creates again is empty, or has the ' +
        'content of its snapshot.',
    }),
  });
}
