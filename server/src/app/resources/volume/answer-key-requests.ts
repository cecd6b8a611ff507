/**
 * Gives agents the keys of encrypted contents, when they open one. A node gets the key of a volume
 * that is attached to a VM of it, of a snapshot that it keeps, and of a content that an operation
 * with commands to it is about.
 */

import {
  ANY_NODE,
  keyRequestSubject,
  keySubject,
  nodeOfSubject,
} from '@novacron/contract/agent/agent-subjects';
import { type KeyAnswer, KeyRequest } from '@novacron/contract/agent/content-key';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../../kernel/context/deps.ts';
import { decodeDefinition, isDamaged } from '../../kernel/definitions/operation-definition.ts';
import { observedOf } from '../../rows/answer-resource.ts';

/** Dependencies of the answers. */
export type KeyDeps = Pick<KernelDeps, 'bus' | 'store' | 'controlPlane' | 'logger'>;

type Answer = Omit<KeyAnswer, 'request' | 'control_plane'>;

/** Starts answering. @returns ends it */
export function answerKeyRequests(deps: KeyDeps): () => void {
  const { bus, controlPlane, logger } = deps;

  async function answer(node: string, { request, id, follows }: KeyRequest): Promise<void> {
    const claim = await controlPlane.claimFor(follows);
    // Only servers of the control plane that the agent follows know its volumes.
    if (!claim.ok || claim.value === 'other') return;
    const found = await findKey(deps, node, id);
    if (found.refused !== undefined) logger.warn({ node, id, ...found }, 'a key is refused');
    bus.publish(keySubject(node), { request, control_plane: claim.value, ...found });
  }

  return bus.subscribe(keyRequestSubject(ANY_NODE), (message, subject) => {
    const asked = KeyRequest.safeParse(message);
    // The bus authenticates the subject, and the message names no node.
    const node = nodeOfSubject(subject);
    if (!asked.success) return;
    answer(node, asked.data).catch((cause: unknown) => {
      logger.warn({ node, id: asked.data.id, cause }, 'a key cannot be read: the agent asks again');
    });
  });
}

async function findKey({ store }: KeyDeps, node: string, id: string): Promise<Answer> {
  const rows = await store.snapshot({
    keys: { from: 'content_keys', where: { id } },
    volumes: { from: 'volumes', where: { id } },
    snapshots: { from: 'snapshots', where: { id } },
  });
  const [key] = rows.keys;
  const [volume] = rows.volumes;
  const [snapshot] = rows.snapshots;
  if (key === undefined) return { refused: `${id} has no key` };
  if (snapshot?.node === node) return { key: key.key_sealed };
  const where = { id: volume?.attached_to ?? '' };
  const [vm] = await store.read({ from: 'vms', where });
  if (vm !== undefined && observedOf(vm).node === node) return { key: key.key_sealed };
  const busy = [volume, snapshot, vm].flatMap((row) => row?.busy_operation_id ?? []);
  const operations = await store.read({ from: 'operations', where: { id: { in: busy } } });
  if (operations.some((row) => commands(row, node))) return { key: key.key_sealed };
  return { refused: `${id} is neither on ${node} nor on its way there` };
}

/** Whether an operation has commands to a node. */
function commands(row: Tables['operations'], node: string): boolean {
  if (isDamaged(row)) return false;
  return decodeDefinition(row).steps.some(({ action, undo }) =>
    [action, undo].some((each) => each?.kind === 'agent' && each.node === node),
  );
}
