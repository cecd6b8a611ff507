/** Notes whether decisions of a tenant may be carried out, with an event where that changes. */
import type { AutonomySettings } from '@novacron/contract/autonomy/autonomous-decision';
import type { Change } from '../../../ports/store.ts';
import { eventChange } from '../../kernel/events/events.ts';
import type { ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { replan } from '../../rows/resource-problems.ts';

/**
 * Notes it. Where someone updates the settings meanwhile, the next round tries again.
 * @param stopped - why they may not; null: they may
 */
export async function noteStanding(
  deps: CapabilityDeps,
  { tenantId, stopped }: { readonly tenantId: string; readonly stopped: string | null },
  { guard }: Pick<ReconcilerBudget, 'guard'>,
): Promise<void> {
  const [row] = await deps.store.read({ from: 'autonomy_settings', where: { id: tenantId } });
  const before: Partial<AutonomySettings> = JSON.parse(row?.settings_json ?? '{}');
  if ((before.stopped ?? null) === stopped) return;
  const settings_json = JSON.stringify({ ...before, stopped });
  const otherwise = replan('The settings of autonomous decisions');
  const stored: Change =
    row === undefined
      ? {
          kind: 'insert',
          into: 'autonomy_settings',
          row: { id: tenantId, settings_json },
          otherwise,
        }
      : {
          kind: 'update',
          table: 'autonomy_settings',
          id: tenantId,
          set: { settings_json },
          expect: { settings_json: row.settings_json },
          otherwise,
        };
  const isNews = (before.stopped ?? null) === null || stopped === null;
  const event = eventChange(deps, {
    tenantId,
    type: stopped === null ? 'autonomous_decision.resumed' : 'autonomous_decision.stopped',
    source: 'autoscaler',
    target: tenantId,
    priority: stopped === null ? 'normal' : 'high',
    data: { mode: before.mode ?? 'shadow', reason: stopped ?? before.stopped ?? null },
  });
  await commitUnder(guard, deps, isNews ? [stored, event] : [stored]);
}
