/** Plans the export of a snapshot: its node sends it to the server as an image. */

import { VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { SnapshotRow } from '../../../ports/tables/tables.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { findToChange } from '../../kernel/resource-rows/find-resource.ts';
import { changeIdle, requireSame } from '../../kernel/resource-rows/new-row.ts';
import { desiredAs, desiredOf } from '../../rows/answer-resource.ts';
import type { Prepare } from '../scope.ts';
import { capabilitiesOf } from '../vm/machine/configure-steps.ts';
import {
  agentOfSnapshot,
  checkContent,
  checkFilling,
  releaseSnapshot,
  requireNoFilling,
} from '../volume/snapshot-changes.ts';

const TICKET_BYTES = 32;

/** Plans an export. A snapshot does not change, so that one that is there is the answer. */
export const prepareSnapshotExport: Prepare<ParsedInputOf<'snapshot.export'>> = async (
  input,
  scope,
) => {
  const { deps, operationId } = scope;
  const current = await findToChange('snapshot', input, scope);
  if (!current.ok) return err([current.error]);
  const row = current.value;
  const content = checkContent(row);
  if (content !== undefined) return err([content]);
  const rows = await deps.store.snapshot({
    nodes: { from: 'nodes', where: { name: row.node } },
    made: { from: 'volumes', where: { source_snapshot_id: row.id } },
    originals: { from: 'volumes', where: { id: row.volume_id } },
  });
  if (rows.originals.some((volume) => desiredAs(volume, VolumeSpec).encrypted)) {
    return err([encryptedProblem(row)]);
  }
  const filling = checkFilling(rows.made);
  if (filling !== undefined) return err([filling]);
  const desired = desiredOf(row);
  const base = {
    resourceKind: 'snapshot',
    target: { id: row.id, name: row.name },
    before: desired,
    wanted: desired,
    placement: null,
  } as const;
  if (deps.exports?.find(row.id) !== undefined) {
    return ok({ ...base, saga: reserveOnly([requireSame('snapshot', row)]) });
  }
  const [node] = rows.nodes;
  const isAble = node !== undefined && capabilitiesOf(node).snapshotExport === 'yes';
  if (deps.exports === undefined || !isAble) return err([cannotExport(row)]);
  const ticket = Buffer.from(deps.secretRandom.bytes(TICKET_BYTES)).toString('base64url');
  const generation = row.generation + 1;
  const agent = agentOfSnapshot(row, generation);
  const end = [releaseSnapshot(row, 'ready')];
  return ok({
    ...base,
    saga: {
      reserve: [
        changeIdle('snapshot', row, { generation, busy_operation_id: operationId }),
        requireNoFilling(row),
      ],
      steps: [
        {
          name: 'export',
          after: [],
          action: { ...agent, action: { kind: 'export-snapshot', ticket } },
          undo: { ...agent, action: { kind: 'drop-export' } },
        },
      ],
      finalize: end,
      rollback: end,
      // The content was only read.
      release: end,
    },
  });
};

function encryptedProblem({ name }: SnapshotRow): Problem {
  return problem('in-use', {
    detail: `The snapshot ${name} is encrypted, and an export would be a file in plain.`,
    remedy: 'Copy its files inside a VM that has a volume made of it, or keep the snapshot here.',
  });
}

function cannotExport({ name, node }: SnapshotRow): Problem {
  return problem('in-use', {
    detail: `The snapshot ${name} cannot be exported: ${node}, which has it, exports no snapshots.`,
    remedy: `Start the agent of ${node} with --image-server, the https address of the server.`,
    data: { node },
  });
}
