import type { TerraformElement } from 'cdktf';
import type { IConstruct } from 'constructs';

/** Id of the L1 construct inside an L2 construct. */
const INNER_ID = 'Resource';

/** Returns the construct that a user wrote: the L2 construct of an L1 one, or the L1 one itself. */
export function findOwner(resource: TerraformElement): IConstruct {
  const { id, scope } = resource.node;
  return id === INNER_ID && scope !== undefined ? scope : resource;
}
