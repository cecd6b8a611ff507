/** The events of nodes: what a change of a node's row means for those who run the fleet. */

import type { EventPriority } from '@novacron/contract/events/event';
import { ControlPlaneTerm } from '@novacron/contract/fleet/control-plane';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import type { ResourceDeps } from '../deps.ts';
import { isWatched } from './node-announcement.ts';
import { isFenced } from './node-fence.ts';

type NewsDeps = Pick<ResourceDeps, 'store' | 'ids' | 'clock' | 'logger'> & {
  readonly onEvents?: () => void;
};

type NodeRow = Tables['nodes'];

/** Event to publish for a change of a node. */
interface News {
  readonly type: 'node.lost' | 'node.back' | 'control_plane.refused' | 'control_plane.contested';
  readonly priority: EventPriority;
  readonly data: Readonly<Record<string, unknown>>;
  /** For the log. */
  readonly line: string;
}

/** Events to commit together with a change of a row, and what to do after the commit. */
interface PlannedNews {
  readonly changes: readonly Change[];
  readonly report: () => void;
}

/** Plans the events of nodes. They belong to the first tenant, which runs the fleet. */
export interface NodeNews {
  /** @param known - the row as it is stored; undefined for a node that is new */
  readonly plan: (known: NodeRow | undefined, row: NodeRow) => Promise<PlannedNews>;
}

/** Makes it. */
export function createNodeNews(deps: NewsDeps): NodeNews {
  let platformTenant: string | undefined;

  async function tenantId(): Promise<string | undefined> {
    platformTenant ??= (await findPlatformTenant(deps.store))?.id;
    return platformTenant;
  }

  return {
    plan: async (known, row) => {
      const all = newsOf(known, row);
      const tenant = all.length === 0 ? undefined : await tenantId();
      const changes = all.flatMap(({ type, priority, data }) =>
        tenant === undefined
          ? []
          : [
              eventChange(deps, {
                tenantId: tenant,
                type,
                source: 'platform',
                target: row.id,
                priority,
                data: { name: row.name, ...data },
              }),
            ],
      );
      return {
        changes,
        report: () => {
          for (const { data, line, priority } of all) {
            const fields = { node: row.name, ...data };
            if (priority === 'normal') deps.logger.info(fields, line);
            else if (priority === 'critical') deps.logger.error(fields, line);
            else deps.logger.warn(fields, line);
          }
          if (changes.length > 0) deps.onEvents?.();
        },
      };
    },
  };
}

/** Returns the events that a change of the row causes; none for most heartbeats. */
function newsOf(known: NodeRow | undefined, row: NodeRow): readonly News[] {
  const found: News[] = [];
  const isOther = row.followed_json !== null;
  if (isWatched(known?.status) && row.status === 'lost') {
    found.push({
      type: 'node.lost',
      priority: 'high',
      data: { reason: isOther ? 'other-control-plane' : 'silent', vm_count: row.vm_count },
      line: isOther
        ? 'node is lost: its agent follows another control plane'
        : 'node is lost: its agent is silent',
    });
  }
  if (known?.status === 'lost' && isWatched(row.status)) {
    // Nothing of what was there runs, as far as is known.
    const data = isFenced(known) ? { fenced: true } : {};
    found.push({ type: 'node.back', priority: 'normal', data, line: 'node is back' });
  }
  if (row.followed_json !== null && isOfAnother(row.followed_json, known?.followed_json)) {
    found.push({
      type: 'control_plane.refused',
      priority: 'critical',
      data: { follows: readTerm(row.followed_json) },
      line:
        'the agent of a node follows another control plane and refuses this one: ' +
        'novacron admin control-plane show',
    });
  }
  if (row.refused_json !== null && isOfAnother(row.refused_json, known?.refused_json)) {
    found.push({
      type: 'control_plane.contested',
      priority: 'critical',
      data: { refused: readTerm(row.refused_json) },
      line: 'another control plane sends messages to a node of this one; its agent refuses them',
    });
  }
  return found;
}

/** A later term of the same control plane is no news. */
function isOfAnother(text: string, known: string | null | undefined): boolean {
  if (known === null || known === undefined) return true;
  return readTerm(text)?.id !== readTerm(known)?.id;
}

/** Reads a stored term; null for a sender that does not name itself, and for a damaged one. */
export function readTerm(text: string | null): ControlPlaneTerm | null {
  if (text === null) return null;
  return ControlPlaneTerm.safeParse(parseStored(text)).data ?? null;
}
