import type { ITerraformDependable, TerraformMetaArguments } from 'cdktf';
import { Construct } from 'constructs';
import { findUnknownActions } from '../checks/find-unknown-actions.ts';
import { type EnforcementMode, PolicyType } from '../props/choices.ts';
import { PolicyRule } from '../props/policy-rule.ts';
import type { IPolicy } from '../props/references.ts';
import type { Timeouts } from '../props/timeouts.ts';
import { deriveNames } from '../synthesis/derive-name.ts';
import { type Grant, renderGrants } from '../synthesis/render-grants.ts';
import { Policy } from './policy.ts';

/** Props of an access policy. */
export interface AccessPolicyProps extends TerraformMetaArguments {
  /**
   * Name, unique within the tenant.
   * @default - derived from the construct's path
   */
  readonly policyName?: string;
  /**
   * Role that may do everything, so that the policy cannot lock everyone out.
   * @default admin
   */
  readonly adminRole?: string;
  /**
   * Effect of a denial.
   * @default EnforcementMode.BLOCK
   */
  readonly enforcementMode?: EnforcementMode;
  /**
   * Whether it is active.
   * @default true
   */
  readonly enabled?: boolean;
  /**
   * Time limits of Terraform operations.
   * @default - 20 minutes each
   */
  readonly timeouts?: Timeouts;
}

/** Kinds of resources that are granted unless others are named. */
const KINDS = ['vm', 'vm_group', 'network', 'security_group', 'volume', 'snapshot'];

/**
 * A policy that denies everything that it does not grant. Grants are rendered as Rego, one rule
 * each. Source of the idea: the grants of the AWS CDK.
 */
export class AccessPolicy extends Construct implements IPolicy, ITerraformDependable {
  private readonly policy: Policy;
  private readonly grants: Grant[];

  public constructor(scope: Construct, id: string, props: AccessPolicyProps = {}) {
    super(scope, id);
    const { adminRole = 'admin', ...others } = props;
    this.grants = [{ role: adminRole, actions: [] }];
    this.policy = new Policy(this, 'Policy', {
      ...others,
      policyName: props.policyName ?? deriveNames(this, props),
      type: PolicyType.ACCESS,
      rule: this.rule(),
    });
    this.node.addValidation({ validate: () => findUnknownActions(this.grants) });
  }

  /** Address of the policy in Terraform. */
  public get fqn(): string {
    return this.policy.fqn;
  }

  /** Id of the policy. */
  public get policyId(): string {
    return this.policy.policyId;
  }

  /** Name of the policy. */
  public get policyName(): string {
    return this.policy.policyName;
  }

  /** Lets a role read. */
  public grantRead(role: string): void {
    this.grant(role, ['read']);
  }

  /**
   * Lets a role create resources, and read, as a run of Terraform does.
   * @param kinds such as `vm` (default: VMs, groups, networks, security groups, volumes, snapshots)
   */
  public grantCreate(role: string, kinds: string[] = KINDS): void {
    this.grant(role, actionsOf('create', kinds));
  }

  /**
   * Lets a role change resources, and read.
   * @param kinds such as `vm` (default: as with `grantCreate`)
   */
  public grantUpdate(role: string, kinds: string[] = KINDS): void {
    this.grant(role, actionsOf('update', kinds));
  }

  /**
   * Lets a role delete resources, and read.
   * @param kinds such as `vm` (default: as with `grantCreate`)
   */
  public grantDelete(role: string, kinds: string[] = KINDS): void {
    this.grant(role, actionsOf('delete', kinds));
  }

  /**
   * Lets a role act.
   * @param actions such as `start_vm`
   */
  public grant(role: string, actions: string[]): void {
    if (actions.length === 0) {
      throw new Error(`No action is granted to the role "${role}": name at least one.`);
    }
    this.grants.push({ role, actions: [...new Set(actions)] });
    this.policy._replaceRule(this.rule());
  }

  private rule(): PolicyRule {
    return PolicyRule.inline(renderGrants(this.grants));
  }
}

function actionsOf(verb: string, kinds: readonly string[]): string[] {
  // A run of Terraform reads what it refers to, and what it has written.
  return [...kinds.map((kind) => `${verb}_${kind}`), 'read'];
}
