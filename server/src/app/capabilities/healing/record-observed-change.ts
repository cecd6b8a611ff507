/** What a health check found, told: an entry of the audit log and an event. */
import type { CauseKind } from '@novacron/contract/drift/drift';
import type { ChangeSet } from '../../../ports/store.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformCaller } from '../../kernel/operations/platform-caller.ts';
import type { CapabilityDeps } from '../deps.ts';

/** Something that nobody asked NovaCron for. */
export interface Observed {
  /** Names it in both places, such as `vm.stopped`. */
  readonly kind: string;
  readonly resourceKind: 'vm' | 'volume';
  readonly row: { readonly id: string; readonly name: string; readonly tenant_id: string };
  /** Whose hand it was, as far as that can be seen. */
  readonly by: CauseKind;
  /** Each changed field with what it was and what it is. */
  readonly changes: Readonly<Record<string, unknown>>;
  /** Bad news goes first. */
  readonly news: 'good' | 'bad';
  /** What the event says besides the name. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Makes the changes that tell it, for the commit that writes down what was found. */
export function tellObserved(
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
