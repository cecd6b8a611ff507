import type { TerraformMetaArguments } from 'cdktf';
import type { Construct } from 'constructs';
import { registerChecks } from '../../checks/register-checks.ts';
import { Tenant as TenantResource } from '../../gen/tenant/index.ts';
import { pickMetaArguments } from '../../props/meta-arguments.ts';
import {
  renderTenantFeatures,
  renderTenantQuotas,
  type TenantFeatures,
  type TenantQuotas,
} from '../../props/tenant-limits.ts';
import { deriveNames } from '../../synthesis/derive-name.ts';
import { escapeOptional } from '../../synthesis/escape-template.ts';
import { ResourceConstruct } from '../base/resource-construct.ts';

/** Props of a tenant. */
export interface TenantProps extends TerraformMetaArguments {
  /**
   * Name, unique.
   * @default - derived from the construct's path
   */
  readonly tenantName?: string;
  /**
   * Description of the tenant.
   * @default - none
   */
  readonly description?: string;
  /**
   * Limits of the tenant.
   * @default - no limits
   */
  readonly quotas?: TenantQuotas;
  /**
   * Features that differ from their defaults.
   * @default - the defaults
   */
  readonly features?: TenantFeatures;
}

/**
 * A tenant: who owns resources, how many, and with which features. The provider needs a key of the
 * first tenant.
 */
export class Tenant extends ResourceConstruct {
  public constructor(scope: Construct, id: string, props: TenantProps = {}) {
    super(scope, id);
    const resource = new TenantResource(this, 'Resource', {
      name: props.tenantName ?? deriveNames(this, props),
      description: escapeOptional(props.description),
      quotas: renderTenantQuotas(props.quotas),
      features: renderTenantFeatures(props.features),
      ...pickMetaArguments(props),
    });
    registerChecks(this, resource);
  }

  /** Id of the tenant. */
  public get tenantId(): string {
    return this._refer('id');
  }

  /** Name of the tenant. */
  public get tenantName(): string {
    return this._refer('name');
  }
}
