import type { TerraformMetaArguments } from 'cdktf';
import type { Construct } from 'constructs';
import { registerChecks } from '../../checks/register-checks.ts';
import { PolicyWaiver as PolicyWaiverResource } from '../../gen/policy-waiver/index.ts';
import { pickMetaArguments } from '../../props/meta-arguments.ts';
import type { IPolicy } from '../../props/references.ts';
import { escapeTemplate } from '../../synthesis/escape-template.ts';
import { ResourceConstruct } from '../base/resource-construct.ts';

/** Props of a policy waiver. A change replaces the waiver. */
export interface PolicyWaiverProps extends TerraformMetaArguments {
  /** The policy that is waived. */
  readonly policy: IPolicy;
  /** Kind of the resource, such as `vm`. */
  readonly resourceKind: string;
  /**
   * Name of the resource as a text, because the waiver has to exist before what the policy denies;
   * pass the waiver as `dependsOn` of the resource.
   */
  readonly resourceName: string;
  /** Person who is responsible for the waiver. */
  readonly owner: string;
  /** Reason for the waiver. */
  readonly reason: string;
  /** Expiry, RFC 3339; at most 366 days from the creation. */
  readonly expiresAt: string;
}

/** A policy waiver: a temporary exception from a policy for one resource. */
export class PolicyWaiver extends ResourceConstruct {
  public constructor(scope: Construct, id: string, props: PolicyWaiverProps) {
    super(scope, id);
    const resource = new PolicyWaiverResource(this, 'Resource', {
      policyId: props.policy.policyId,
      resourceKind: props.resourceKind,
      resourceName: props.resourceName,
      owner: escapeTemplate(props.owner),
      reason: escapeTemplate(props.reason),
      expiresAt: props.expiresAt,
      ...pickMetaArguments(props),
    });
    registerChecks(this, resource);
  }

  /** Id of the policy waiver. */
  public get policyWaiverId(): string {
    return this._refer('id');
  }
}
