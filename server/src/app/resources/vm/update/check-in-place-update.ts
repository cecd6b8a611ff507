/** Checks a change of a VM on its node against placement rules: its own, and those of other VMs. */
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type { Problem } from '@novacron/contract/problem/problem';
import { checkCurrentNode } from '@novacron/engine/placement/place/decide/check-current-node';
import type { ChangeSet } from '../../../../ports/store.ts';
import type { Tables, VmRow } from '../../../../ports/tables/tables.ts';
import type { Saga } from '../../../kernel/operations/saga.ts';
import { toPlacementNode } from '../../../placement/facts/placement-node.ts';
import { readPlacementRules } from '../../../placement/facts/placement-rules.ts';
import { haveSameTraits, traitColumns } from '../../../rows/allocation-constraints.ts';
import { changedFields } from '../../../rows/changed-fields.ts';
import { toPlacementRequest } from '../../../rows/placement-request.ts';
import { replan } from '../../../rows/resource-problems.ts';
import type { WriteScope } from '../../scope.ts';

/** A change of a VM, and its node. */
interface Change {
  readonly row: VmRow;
  readonly before: VmSpec;
  readonly after: VmSpec;
  readonly kept: readonly Tables['rule_versions'][];
  readonly nodes: readonly Tables['nodes'][];
  readonly allocations: readonly Tables['allocations'][];
  /** Its node; undefined where that is unknown. */
  readonly node: Tables['nodes'] | undefined;
}

/** The problems of a change, and what it adds to the write. */
export interface InPlaceCheck {
  readonly problems: readonly Problem[];
  readonly prerequisites: ChangeSet;
  /** Until the operation ends both versions of the VM count. */
  readonly saga: Partial<Saga>;
}

const UNTOUCHED: InPlaceCheck = { problems: [], prerequisites: [], saga: {} };

/** Checks the rules that a change affects, on the node of the VM. */
export async function checkInPlaceUpdate(change: Change, scope: WriteScope): Promise<InPlaceCheck> {
  const { row, before, after, nodes, node, allocations } = change;
  if (!touchesRules(before, after)) return UNTOUCHED;
  const tenantId = row.tenant_id;
  const ask = toPlacementRequest(after);
  const asker = { tenantId, vmId: row.id, ask, nodes, kept: change.kept };
  const { peers, prerequisites, guard } = await readPlacementRules(asker, scope);
  const problem =
    node === undefined
      ? undefined
      : checkCurrentNode({
          before: toPlacementRequest(before),
          after: ask,
          nodes: nodes.map((each) => toPlacementNode(each, scope.deps.prices.current())),
          peers,
          home: node.name,
        });
  const places = new Set(allocations.map((allocation) => allocation.node_id));
  const describe = (specs: readonly VmSpec[]): ChangeSet =>
    haveSameTraits(before, after)
      ? []
      : allocations.map(({ id }) => ({
          kind: 'update',
          table: 'allocations',
          id,
          set: traitColumns(tenantId, specs),
          otherwise: replan(`The VM ${row.name}`),
        }));
  return {
    problems: problem === undefined ? [] : [problem],
    prerequisites,
    saga: {
      reserve: [
        ...dropRepeated(nodes.filter(({ id }) => places.has(id)).flatMap(guard)),
        ...describe([before, after]),
      ],
      finalize: describe([after]),
      rollback: describe([before]),
    },
  };
}

/** The constraint columns of its allocation, and the fields that they come from. */
const DECIDING = [
  'name',
  'metadata',
  'anti_affinity',
  'placement',
  'requirements',
  'io_limits',
  'spot',
  'priority',
  'healing',
];

function touchesRules(before: VmSpec, after: VmSpec): boolean {
  const changed = Object.keys(changedFields(before, after));
  return DECIDING.some((name) => changed.includes(name));
}

/** Two nodes may share a zone, whose version is raised once. */
function dropRepeated(guards: ChangeSet): ChangeSet {
  const byText = new Map(guards.map((each) => [JSON.stringify(each), each]));
  return [...byText.values()];
}
