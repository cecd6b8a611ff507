/** Reason why a node was woken from standby, as stored. */
import { NodeWaking } from '@novacron/contract/fleet/node';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { parseStored } from '../../rows/parse-stored.ts';

/** Reads it; undefined where NovaCron has not woken the node, or the row is damaged. */
export function wakingOf({
  woken_json: text,
}: Pick<NodeRow, 'woken_json'>): NodeWaking | undefined {
  return text === null ? undefined : NodeWaking.safeParse(parseStored(text)).data;
}
