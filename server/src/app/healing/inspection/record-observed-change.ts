/** Records a change that a health check observed: an entry of the audit log and an event. */
import type { CauseKind } from '@novacron/contract/drift/drift';
import type { ChangeSet } from '../../../ports/store.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformCaller } from '../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** A change that no request asked for. */
export interface Observed {
  /** Its name in the audit log and the event, such as `vm.stopped`. */
  readonly kind: string;
  readonly resourceKind: 'vm' | 'volume';
  readonly row: { readonly id: string; readonly name: string; readonly tenant_id: string };
  /** The kind of actor, as far as it can be observed. */
  readonly by: CauseKind;
  /** Each changed field with its old and its new value. */
  readonly changes: Readonly<Record<string, { readonly was: unknown; readonly is: unknown }>>;
  /** The severity of the event. */
  readonly news: 'good' | 'bad';
  /** Data of the event besides the name. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** The changes that record it, for the commit that stores the observation. */
export function recordObservedChange(
  deps: Pick<CapabilityDeps, 'ids' | 'clock'>,
  { kind, resourceKind, row, by, changes, news, data }: Observed,
): ChangeSet {
  const { id, name, tenant_id: tenantId } = row;
  return [
    auditChange(deps, platformCaller(deps, tenantId, by), {
      operation: kind,
      outcome: 'done',
      resourceKind,
      target: { id, name },
      changes,
    }),
    eventChange(deps, {
      tenantId,
      type: kind,
      source: 'healing',
      target: id,
      priority: news === 'bad' ? 'high' : 'normal',
      data: { name, ...data },
    }),
  ];
}
