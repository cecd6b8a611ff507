import type { TerraformMetaArguments } from 'cdktf';
import type { Construct } from 'constructs';
import { registerChecks } from '../../checks/register-checks.ts';
import { Budget as BudgetResource } from '../../gen/budget/index.ts';
import type { BudgetEnforcement } from '../../props/choices.ts';
import { pickMetaArguments } from '../../props/meta-arguments.ts';
import { deriveNames } from '../../synthesis/derive-name.ts';
import { escapeOptional } from '../../synthesis/escape-template.ts';
import { ResourceConstruct } from '../base/resource-construct.ts';

/** Props of a budget. */
export interface BudgetProps extends TerraformMetaArguments {
  /**
   * Maximum cost per hour, in the currency of the price lists.
   * @default - no limit
   */
  readonly hourlyLimit?: number;
  /**
   * Maximum cost per calendar month in UTC, in the currency of the price lists.
   * @default - no limit
   */
  readonly monthlyLimit?: number;
  /**
   * What it does with requests that exceed a limit.
   * @default BudgetEnforcement.WARN
   */
  readonly enforcement?: BudgetEnforcement;
  /**
   * Part of a limit from which the level is `warn`.
   * @default 0.8
   */
  readonly warnRatio?: number;
  /**
   * Part of a limit from which the level is `alert`.
   * @default 0.95
   */
  readonly alertRatio?: number;
  /**
   * Id of the tenant whose costs it limits. Another tenant replaces the budget.
   * @default - the tenant of the provider's key
   */
  readonly tenantId?: string;
  /**
   * Name, unique. Another name replaces the budget.
   * @default - derived from the construct's path
   */
  readonly budgetName?: string;
  /**
   * Description of the budget.
   * @default - none
   */
  readonly description?: string;
}

/**
 * A budget: what the resources of a tenant may cost. The provider needs a key of the first tenant.
 */
export class Budget extends ResourceConstruct {
  public constructor(scope: Construct, id: string, props: BudgetProps) {
    super(scope, id);
    const resource = new BudgetResource(this, 'Resource', {
      name: props.budgetName ?? deriveNames(this, props),
      hourlyLimit: props.hourlyLimit,
      monthlyLimit: props.monthlyLimit,
      enforcement: props.enforcement?.word,
      warnRatio: props.warnRatio,
      alertRatio: props.alertRatio,
      tenantId: props.tenantId,
      description: escapeOptional(props.description),
      ...pickMetaArguments(props),
    });
    registerChecks(this, resource);
  }

  /** Id of the budget. */
  public get budgetId(): string {
    return this._refer('id');
  }

  /** Name of the budget. */
  public get budgetName(): string {
    return this._refer('name');
  }
}
