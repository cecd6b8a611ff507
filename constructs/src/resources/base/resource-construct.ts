import { type ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';

/**
 * The construct of one resource, which other resources can depend on.
 * @internal
 */
export abstract class ResourceConstruct extends Construct implements ITerraformDependable {
  /** Address of the resource in Terraform, for `dependsOn` and `Fn.lookupNested`. */
  public get fqn(): string {
    return this._element.fqn;
  }

  /**
   * The resource of the generated layer.
   * @internal
   */
  protected get _element(): TerraformResource {
    const { defaultChild } = this.node;
    if (TerraformResource.isTerraformResource(defaultChild)) return defaultChild;
    throw new Error(`${this.node.path} has no resource. Keep its child named Resource.`);
  }

  /**
   * Returns a reference to an attribute.
   * @throws if the construct has several resources, so that Terraform would refuse the reference
   * @internal
   */
  protected _refer(attribute: string): string {
    const { forEach, count } = this._element;
    if (forEach !== undefined) throw new Error(`${this.node.path} ${forEachAdvice(attribute)}`);
    if (count !== undefined) throw new Error(`${this.node.path} ${countAdvice(attribute)}`);
    return this._element.getStringAttribute(attribute);
  }
}

function forEachAdvice(attribute: string): string {
  return (
    `has \`forEach\`, so it is several resources without a common ${attribute}. For one of them ` +
    `use Fn.lookupNested(Fn.tomap(construct.fqn), ["KEY", "${attribute}"]). To create something ` +
    'for each of them, pass `forEach: TerraformIterator.fromResources(construct.node.' +
    'defaultChild)` to it.'
  );
}

function countAdvice(attribute: string): string {
  return (
    `has \`count\`, so it is several resources without a common ${attribute}. For one of them ` +
    `use Fn.lookupNested(construct.fqn, [0, "${attribute}"]).`
  );
}
