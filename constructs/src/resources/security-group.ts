import type { TerraformMetaArguments } from 'cdktf';
import { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronSecurityGroup } from '../gen/data-novacron-security-group/index.ts';
import {
  SecurityGroup as SecurityGroupResource,
  type SecurityGroupRules,
} from '../gen/security-group/index.ts';
import { type Peer, type Port, renderRule } from '../props/firewall.ts';
import { pickMetaArguments } from '../props/meta-arguments.ts';
import type { ISecurityGroup } from '../props/references.ts';
import { renderTimeouts, type Timeouts } from '../props/timeouts.ts';
import { deriveNames } from '../synthesis/derive-name.ts';
import { escapeLabels, escapeOptional } from '../synthesis/escape-template.ts';
import { LabelledConstruct } from './base/labelled-construct.ts';

/** Props of a security group. */
export interface SecurityGroupProps extends TerraformMetaArguments {
  /**
   * Name, unique within the tenant.
   * @default - derived from the construct's path
   */
  readonly securityGroupName?: string;
  /**
   * Description of the group.
   * @default - none
   */
  readonly description?: string;
  /**
   * Labels for people and policies.
   * @default - none
   */
  readonly labels?: { [label: string]: string };
  /**
   * Time limits of Terraform operations.
   * @default - 20 minutes each
   */
  readonly timeouts?: Timeouts;
}

/**
 * A security group. By default it denies all ingress, and allows all egress until an egress rule is
 * added.
 */
export class SecurityGroup extends LabelledConstruct implements ISecurityGroup {
  /** The security group with this id, managed elsewhere. */
  public static fromSecurityGroupId(
    scope: Construct,
    id: string,
    securityGroupId: string,
  ): ISecurityGroup {
    return new ImportedSecurityGroup(scope, id, securityGroupId);
  }

  /** The security group with this name, which Terraform looks up. */
  public static fromSecurityGroupName(
    scope: Construct,
    id: string,
    securityGroupName: string,
  ): ISecurityGroup {
    const group = new ImportedSecurityGroup(scope, id);
    const lookup = new DataNovacronSecurityGroup(group, 'Lookup', { name: securityGroupName });
    group.securityGroupId = lookup.id;
    return group;
  }

  private readonly resource: SecurityGroupResource;
  private readonly rules: SecurityGroupRules[] = [];

  public constructor(scope: Construct, id: string, props: SecurityGroupProps = {}) {
    super(scope, id, props.labels);
    this.resource = new SecurityGroupResource(this, 'Resource', {
      name: props.securityGroupName ?? deriveNames(this, props),
      description: escapeOptional(props.description),
      metadata: escapeLabels(props.labels),
      timeouts: renderTimeouts(props.timeouts),
      ...pickMetaArguments(props),
    });
    registerChecks(this, this.resource);
  }

  /** Id of the security group. */
  public get securityGroupId(): string {
    return this._refer('id');
  }

  /** Name of the security group. */
  public get securityGroupName(): string {
    return this._refer('name');
  }

  /** Allows ingress to the VMs of the group. */
  public allowFrom(peer: Peer, port: Port, description?: string): void {
    this.rules.push(renderRule('ingress', peer, port, description));
    this.resource.putRules(this.rules);
  }

  /** Allows egress from the VMs of the group; egress that no such rule allows is then denied. */
  public allowTo(peer: Peer, port: Port, description?: string): void {
    this.rules.push(renderRule('egress', peer, port, description));
    this.resource.putRules(this.rules);
  }
}

class ImportedSecurityGroup extends Construct implements ISecurityGroup {
  public securityGroupId: string;

  public constructor(scope: Construct, id: string, securityGroupId = '') {
    super(scope, id);
    this.securityGroupId = securityGroupId;
  }
}
