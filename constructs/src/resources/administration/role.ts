import type { TerraformMetaArguments } from 'cdktf';
import type { Construct } from 'constructs';
import { registerChecks } from '../../checks/register-checks.ts';
import { Role as RoleResource } from '../../gen/role/index.ts';
import { pickMetaArguments } from '../../props/meta-arguments.ts';
import { deriveNames } from '../../synthesis/derive-name.ts';
import { escapeOptional } from '../../synthesis/escape-template.ts';
import { ResourceConstruct } from '../base/resource-construct.ts';

/** Props of a role. */
export interface RoleProps extends TerraformMetaArguments {
  /** Permitted operations: names such as `vm.create`, or patterns such as `vm.*` and `*.get`. */
  readonly operations: string[];
  /**
   * Name, unique within the tenant. Another name replaces the role.
   * @default - derived from the construct's path
   */
  readonly roleName?: string;
  /**
   * Description of the role.
   * @default - none
   */
  readonly description?: string;
}

/** A role: the operations that API keys with it may call. */
export class Role extends ResourceConstruct {
  public constructor(scope: Construct, id: string, props: RoleProps) {
    super(scope, id);
    const resource = new RoleResource(this, 'Resource', {
      name: props.roleName ?? deriveNames(this, props),
      operations: props.operations,
      description: escapeOptional(props.description),
      ...pickMetaArguments(props),
    });
    registerChecks(this, resource);
  }

  /** Id of the role. */
  public get roleId(): string {
    return this._refer('id');
  }

  /** Name of the role. */
  public get roleName(): string {
    return this._refer('name');
  }
}
