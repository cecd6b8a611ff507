import { dependable, type TerraformMetaArguments } from 'cdktf';
import { Construct } from 'constructs';
import { checkRego } from '../checks/check-rego.ts';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronPolicy } from '../gen/data-novacron-policy/index.ts';
import { Policy as PolicyResource } from '../gen/policy/index.ts';
import { type EnforcementMode, PolicyType } from '../props/choices.ts';
import type { ILabelled } from '../props/labelled.ts';
import { pickMetaArguments } from '../props/meta-arguments.ts';
import type { PolicyRule } from '../props/policy-rule.ts';
import type { IPolicy } from '../props/references.ts';
import { renderTimeouts, type Timeouts } from '../props/timeouts.ts';
import { deriveNames } from '../synthesis/derive-name.ts';
import { escapeTemplate } from '../synthesis/escape-template.ts';
import { BOUND, policyLabel } from '../synthesis/policy-label.ts';
import { ResourceConstruct } from './base/resource-construct.ts';
import type { PolicyData } from './policy-data.ts';

/** Props of a policy. */
export interface PolicyProps extends TerraformMetaArguments {
  /** Its Rego text: `PolicyRule.fromFile(…)` or `PolicyRule.inline(…)`. */
  readonly rule: PolicyRule;
  /**
   * Name, unique within the tenant.
   * @default - derived from the construct's path
   */
  readonly policyName?: string;
  /**
   * Type of the policy.
   * @default PolicyType.RESOURCE
   */
  readonly type?: PolicyType;
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
   * The actions that it is evaluated for, such as `create_vm`.
   * @default - all writes
   */
  readonly actions?: string[];
  /**
   * The kinds of resources that it is evaluated for, such as `vm`.
   * @default - any
   */
  readonly kinds?: string[];
  /**
   * Labels, with values, that a resource must have for the policy to be evaluated.
   * @default - none
   */
  readonly labels?: { [label: string]: string };
  /**
   * Scope of the policy: `tenant`, `namespace/NAME`, or `platform` (all tenants).
   * @default - `tenant`
   */
  readonly policyScope?: string;
  /**
   * Order of the reported reasons: a higher number comes first.
   * @default 0
   */
  readonly priority?: number;
  /**
   * Time at which the policy takes effect, RFC 3339.
   * @default - immediately
   */
  readonly activeFrom?: string;
  /**
   * Whether it is also evaluated for operations of NovaCron itself.
   * @default false
   */
  readonly platformWrites?: boolean;
  /**
   * Time limits of Terraform operations.
   * @default - 20 minutes each
   */
  readonly timeouts?: Timeouts;
}

/** A policy in Rego, which is evaluated for every later write. Its text is compiled at synth. */
export class Policy extends ResourceConstruct implements IPolicy {
  /** The policy with this id, whose name Terraform looks up. */
  public static fromPolicyId(scope: Construct, id: string, policyId: string): IPolicy {
    const policy = new ImportedPolicy(scope, id);
    const lookup = new DataNovacronPolicy(policy, 'Lookup', { id: policyId });
    return policy.know({ policyId, policyName: lookup.name });
  }

  /** The policy with this name, whose id Terraform looks up. */
  public static fromPolicyName(scope: Construct, id: string, policyName: string): IPolicy {
    const policy = new ImportedPolicy(scope, id);
    const lookup = new DataNovacronPolicy(policy, 'Lookup', { name: policyName });
    return policy.know({ policyId: lookup.id, policyName });
  }

  private readonly resource: PolicyResource;
  private readonly props: PolicyProps;
  private rule: PolicyRule;
  private binding: { [label: string]: string } = {};

  public constructor(scope: Construct, id: string, props: PolicyProps) {
    super(scope, id);
    this.props = props;
    this.rule = props.rule;
    this.resource = new PolicyResource(this, 'Resource', {
      name: props.policyName ?? deriveNames(this, props),
      type: (props.type ?? PolicyType.RESOURCE).word,
      enforcementMode: props.enforcementMode?.word,
      rule: escapeTemplate(props.rule.text),
      enabled: props.enabled,
      actions: props.actions,
      selector: this.renderSelector(),
      scope: props.policyScope,
      priority: props.priority,
      activeFrom: props.activeFrom,
      platformWrites: props.platformWrites,
      timeouts: renderTimeouts(props.timeouts),
      ...pickMetaArguments(props),
    });
    registerChecks(this, this.resource);
    const judged = {
      actions: props.actions,
      kinds: props.kinds,
      type: (props.type ?? PolicyType.RESOURCE).word,
      enabled: props.enabled,
    };
    this.node.addValidation({ validate: () => checkRego(this.rule, judged) });
  }

  /** Id of the policy. */
  public get policyId(): string {
    return this._refer('id');
  }

  /** Name of the policy. */
  public get policyName(): string {
    return this._refer('name');
  }

  /**
   * Replaces its text.
   * @internal
   */
  public _replaceRule(rule: PolicyRule): void {
    this.rule = rule;
    this.resource.rule = escapeTemplate(rule.text);
  }

  /** Limits it to the given resources; without a call it is evaluated for all of them. */
  public bind(target: ILabelled): void {
    const label = policyLabel(this);
    this.binding = { [label]: BOUND };
    target.addLabel(label, BOUND);
    const selector = this.renderSelector();
    if (selector !== undefined) this.resource.putSelector(selector);
  }

  /** Says that it reads a data document: Terraform creates the document first, deletes it last. */
  public reads(data: PolicyData): void {
    this.resource.dependsOn = [...(this.resource.dependsOn ?? []), dependable(data)];
  }

  private renderSelector() {
    const { kinds, labels } = this.props;
    const all = { ...labels, ...this.binding };
    if (kinds === undefined && Object.keys(all).length === 0) return undefined;
    return { kinds, labels: Object.keys(all).length === 0 ? undefined : all };
  }
}

class ImportedPolicy extends Construct implements IPolicy {
  public policyId = '';
  public policyName = '';

  public know(known: Pick<IPolicy, 'policyId' | 'policyName'>): this {
    this.policyId = known.policyId;
    this.policyName = known.policyName;
    return this;
  }
}
