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
  /** The policy that is waived; alternatively set `check`. */
  readonly policy?: IPolicy;
  /** The compliance check that is waived, such as `NC-VM-017`. */
  readonly check?: string;
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
  /** What limits the risk instead. Required for checks of severity `critical` and `high`. */
  readonly compensatingControl?: string;
  /** Expiry, RFC 3339; at most 365 days from the creation, 90 for a critical check. */
  readonly expiresAt: string;
}

/**
 * A policy waiver: a temporary exception from a policy or a compliance check for one
 * resource. It has no effect until another person approves it.
 */
export class PolicyWaiver extends ResourceConstruct {
  public constructor(scope: Construct, id: string, props: PolicyWaiverProps) {
    super(scope, id);
    const resource = new PolicyWaiverResource(this, 'Resource', {
      ...(props.policy && { policyId: props.policy.policyId }),
      ...(props.check !== undefined && { check: props.check }),
      resourceKind: props.resourceKind,
      resourceName: props.resourceName,
      owner: escapeTemplate(props.owner),
      reason: escapeTemplate(props.reason),
      ...(props.compensatingControl !== undefined && {
        compensatingControl: escapeTemplate(props.compensatingControl),
      }),
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
