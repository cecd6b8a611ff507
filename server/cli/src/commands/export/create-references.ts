/** References to other resources' ids in an exported configuration. */

import { type HclValue, referenceTo } from '@novacron/contract/formats/format-hcl';
import type { Fields } from '../../output/fields.ts';

/** A resource and where it is written. */
interface Addressed {
  readonly values: Fields;
  /** `novacron_vm.web_01` */
  readonly address: string;
}

/** Writes an id that a resource names: a reference, or the id of what cannot be referred to. */
export type WriteId = (id: unknown) => HclValue;

/** Names an attribute of a rule that holds the id of a security group. */
export const GROUP_OF_RULE = 'group_id';

/**
 * Knows the addresses of all that is exported. Terraform has no order for what refers to each
 * other, so security groups whose rules lead back to themselves are named by their ids there.
 */
export function createReferences(resources: readonly Addressed[]): (from: Addressed) => WriteId {
  const addresses = new Map(resources.map(({ values, address }) => [String(values.id), address]));
  const peers = new Map(resources.map(({ values }) => [String(values.id), peersOf(values)]));
  return ({ values: { id: source } }) =>
    (id) => {
      const address = addresses.get(String(id));
      if (address === undefined || leadsTo(peers, String(id), String(source))) return String(id);
      return referenceTo(`${address}.id`);
    };
}

function peersOf({ rules }: Fields): readonly string[] {
  if (!Array.isArray(rules)) return [];
  return rules.flatMap((rule) => (rule?.[GROUP_OF_RULE] ? [String(rule[GROUP_OF_RULE])] : []));
}

function leadsTo(
  peers: ReadonlyMap<string, readonly string[]>,
  from: string,
  target: string,
): boolean {
  const found = new Set([from]);
  for (const id of found) for (const peer of peers.get(id) ?? []) found.add(peer);
  return found.has(target);
}
