import type { TerraformMetaArguments } from 'cdktf';
import { Construct } from 'constructs';
import { checkOrchestration } from '../checks/check-orchestration.ts';
import { registerChecks } from '../checks/register-checks.ts';
import * as data from '../gen/data-novacron-orchestration-policy/index.ts';
import { OrchestrationPolicy as Resource } from '../gen/orchestration-policy/index.ts';
import type { Action } from '../orchestration/action.ts';
import type { RuleType } from '../orchestration/action-choices.ts';
import type { Condition } from '../orchestration/condition.ts';
import type { PolicyDocument } from '../orchestration/policy-document.ts';
import { type Fields, renderDocument } from '../orchestration/render-document.ts';
import type { Duration } from '../props/duration.ts';
import type { ILabelled } from '../props/labelled.ts';
import { pickMetaArguments } from '../props/meta-arguments.ts';
import type { IOrchestrationPolicy } from '../props/references.ts';
import { renderTimeouts, type Timeouts } from '../props/timeouts.ts';
import { deriveNames } from '../synthesis/derive-name.ts';
import { escapeTemplate } from '../synthesis/escape-template.ts';
import { BOUND, policyLabel } from '../synthesis/policy-label.ts';
import { ResourceConstruct } from './base/resource-construct.ts';

/** A rule: its actions run when all its conditions hold. */
export interface OrchestrationRule {
  /** The actions to run. */
  readonly actions: Action[];
  /**
   * The conditions, all of which must hold.
   * @default - always
   */
  readonly conditions?: Condition[];
  /**
   * Name of the rule in explanations.
   * @default - `rule-1`, `rule-2` and so on
   */
  readonly name?: string;
  /**
   * Type of the rule.
   * @default - the type of its first action
   */
  readonly type?: RuleType;
  /**
   * Minimum time between two runs of its actions.
   * @default Duration.minutes(5)
   */
  readonly cooldown?: Duration;
}

/** Props of an orchestration policy. */
export interface OrchestrationPolicyProps extends TerraformMetaArguments {
  /**
   * The rules; `addRule` adds further ones.
   * @default - none
   */
  readonly rules?: OrchestrationRule[];
  /**
   * A complete document, which defines everything except `enabled`.
   * @default - generated from the other props
   */
  readonly document?: PolicyDocument;
  /**
   * Name, unique among policies of the tenant, also those in Rego.
   * @default - derived from the construct's path
   */
  readonly orchestrationPolicyName?: string;
  /**
   * The namespace whose resources it selects.
   * @default - all
   */
  readonly namespace?: string;
  /**
   * Conflict resolution between policies: the higher number wins, -1000 to 1000.
   * @default 0
   */
  readonly priority?: number;
  /**
   * The kinds of resources that it selects: `vm`, `vm_group`, `volume`, `network`, `node`.
   * @default - `vm`
   */
  readonly kinds?: string[];
  /**
   * Labels, with values, that a resource must have to be selected.
   * @default - none
   */
  readonly labels?: { [label: string]: string };
  /**
   * Tags, each of which must be the name or value of a label of a selected resource.
   * @default - none
   */
  readonly tags?: string[];
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

/** The props that a document defines itself. */
const OF_THE_DOCUMENT = [
  'rules',
  'orchestrationPolicyName',
  'namespace',
  'priority',
  'kinds',
  'labels',
  'tags',
] as const;

/**
 * An orchestration policy: where VMs are placed, when groups scale, how they are healed and who is
 * notified. Its document is validated at synth like on the server.
 */
export class OrchestrationPolicy extends ResourceConstruct implements IOrchestrationPolicy {
  /** The orchestration policy with this id, whose name Terraform looks up. */
  public static fromOrchestrationPolicyId(
    scope: Construct,
    id: string,
    orchestrationPolicyId: string,
  ): IOrchestrationPolicy {
    const policy = new ImportedOrchestrationPolicy(scope, id);
    const { name } = new data.DataNovacronOrchestrationPolicy(policy, 'Lookup', {
      id: orchestrationPolicyId,
    });
    return policy.know({ orchestrationPolicyId, orchestrationPolicyName: name });
  }

  /** The orchestration policy with this name, whose id Terraform looks up. */
  public static fromOrchestrationPolicyName(
    scope: Construct,
    id: string,
    orchestrationPolicyName: string,
  ): IOrchestrationPolicy {
    const policy = new ImportedOrchestrationPolicy(scope, id);
    const lookup = new data.DataNovacronOrchestrationPolicy(policy, 'Lookup', {
      name: orchestrationPolicyName,
    });
    return policy.know({ orchestrationPolicyId: lookup.id, orchestrationPolicyName });
  }

  private readonly resource: Resource;
  private readonly props: OrchestrationPolicyProps;
  private readonly rules: OrchestrationRule[];
  private binding: { [label: string]: string } = {};

  public constructor(scope: Construct, id: string, props: OrchestrationPolicyProps) {
    super(scope, id);
    this.props = props;
    this.rules = [...(props.rules ?? [])];
    const twice = OF_THE_DOCUMENT.find((name) => props[name] !== undefined);
    if (twice !== undefined) this.refuseDocument(`\`${twice}\` is also set`);
    this.resource = new Resource(this, 'Resource', {
      document: props.document === undefined ? this.render() : escapeTemplate(props.document.text),
      enabled: props.enabled,
      timeouts: renderTimeouts(props.timeouts),
      ...pickMetaArguments(props),
    });
    registerChecks(this, this.resource);
    this.node.addValidation({ validate: () => this.check() });
  }

  /** Id of the orchestration policy. */
  public get orchestrationPolicyId(): string {
    return this._refer('id');
  }

  /** Name of the orchestration policy. */
  public get orchestrationPolicyName(): string {
    return this._refer('name');
  }

  /** Adds a rule. */
  public addRule(rule: OrchestrationRule): void {
    this.refuseDocument('addRule() is called');
    this.rules.push(rule);
    this.resource.document = this.render();
  }

  /** Limits it to the given resources; without a call it applies to all that it selects. */
  public bind(target: ILabelled): void {
    this.refuseDocument('bind() is called');
    const label = policyLabel(this);
    this.binding = { [label]: BOUND };
    target.addLabel(label, BOUND);
    this.resource.document = this.render();
  }

  private refuseDocument(what: string): void {
    const { document } = this.props;
    if (document === undefined) return;
    throw new Error(
      `${this.node.path} has a document (${document.file}), which defines everything except ` +
        `\`enabled\`, but ${what}. Move it into the document, or omit the document.`,
    );
  }

  private check(): string[] {
    const { document } = this.props;
    return checkOrchestration(this.resource, {
      file: document?.file,
      fields: document === undefined ? this.describe() : undefined,
    });
  }

  private render(): string {
    return renderDocument(this.describe());
  }

  private describe(): Fields {
    const { orchestrationPolicyName, namespace, priority, kinds, labels, tags } = this.props;
    const matchLabels = { ...labels, ...this.binding };
    return {
      apiVersion: 'orchestration/v1',
      kind: 'Policy',
      metadata: { name: orchestrationPolicyName ?? deriveNames(this, this.props), namespace },
      spec: {
        priority,
        selector: {
          matchLabels: Object.keys(matchLabels).length === 0 ? undefined : matchLabels,
          tags,
          resourceTypes: kinds,
        },
        rules: this.rules.map(describeRule),
      },
    };
  }
}

function describeRule({ name, type, conditions, actions, cooldown }: OrchestrationRule): Fields {
  return {
    name,
    type: (type ?? actions[0]?._ruleType())?.word,
    conditions: conditions?.map((each) => each._render()),
    actions: actions.map((each) => each._render()),
    cooldown: cooldown?.toString(),
  };
}

class ImportedOrchestrationPolicy extends Construct implements IOrchestrationPolicy {
  public orchestrationPolicyId = '';
  public orchestrationPolicyName = '';

  public know(
    known: Pick<IOrchestrationPolicy, 'orchestrationPolicyId' | 'orchestrationPolicyName'>,
  ): this {
    this.orchestrationPolicyId = known.orchestrationPolicyId;
    this.orchestrationPolicyName = known.orchestrationPolicyName;
    return this;
  }
}
