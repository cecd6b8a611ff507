import { TerraformResource, TerraformStack } from 'cdktf';
import { type Attributes, readAttributes } from './read-attributes.ts';

/** A resource of NovaCron in a stack. */
export interface Resource {
  /** Path of the construct, without the internal part. */
  readonly path: string;
  /** Terraform type, such as `novacron_vm`. */
  readonly type: string;
  /** Prefix of references to it: `novacron_vm.web`. */
  readonly address: string;
  readonly attributes: Attributes;
  readonly resource: TerraformResource;
}

/** All resources of NovaCron in a stack, of both layers. */
export function listResources(stack: TerraformStack): readonly Resource[] {
  return stack.node
    .findAll()
    .filter(TerraformResource.isTerraformResource)
    .filter((each) => each.terraformResourceType.startsWith('novacron_'))
    .filter((each) => TerraformStack.of(each) === stack)
    .map((each) => ({
      resource: each,
      path: each.node.path.replace(/\/Resource$/, ''),
      type: each.terraformResourceType,
      address: `${each.terraformResourceType}.${each.friendlyUniqueId}`,
      attributes: readAttributes(each),
    }));
}
