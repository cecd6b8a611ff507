import { Construct } from 'constructs';
import { checkOrchestration } from '../checks/check-orchestration.ts';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronOrchestrationPolicy } from '../gen/data-novacron-orchestration-policy/index.ts';
import { OrchestrationPolicy as Resource } from '../gen/orchestration-policy/index.ts';
import type { Action } from '../orchestration/action.ts';
import type { RuleType } from '../orchestration/action-choices.ts';
import type { Condition } from '../orchestration/condition.ts';
import type { PolicyDocument } from '../orchestration/policy-document.ts';
import { type Fields, renderDocument } from '../orchestration/render-document.ts';
import type { Duration } from '../props/duration.ts';
import type { ILabelled } from '../props/labelled.ts';
import type { IOrchestrationPolicy } from '../props/references.ts';
import { renderTimeouts, type Timeouts } from '../props/timeouts.ts';
import { deriveName } from '../synthesis/derive-name.ts';
import { escapeTemplate } from '../synthesis/escape-template.ts';
import { BOUND, policyLabel } from '../synthesis/policy-label.ts';

/** Conditions that hold together, and the actions that then follow. */
export interface OrchestrationRule {
  /** What follows. */
  readonly actions: Action[];
  /**
   * When it follows: where all of them hold.
   * @default - always
   */
  readonly conditions?: Condition[];
  /**
   * What explanations call it.
   * @default - `rule-1`, `rule-2` and so on
   */
  readonly name?: string;
  /**
   * What it is about.
   * @default - what its first action is for
   */
  readonly type?: RuleType;
  /**
   * The least time between two times that its actions begin.
   * @default Duration.minutes(5)
   */
  readonly cooldown?: Duration;
}

/** What an orchestration policy shall be. */
export interface OrchestrationPolicyProps {
  /**
   * Its rules; `addRule` adds others.
   * @default - none yet
   */
  readonly rules?: OrchestrationRule[];
  /**
   * A document of its own, which says everything but `enabled`.
   * @default - it is made of the other props
   */
  readonly document?: PolicyDocument;
  /**
   * Name, unique among policies of the tenant, also those in Rego.
   * @default - made from the construct's path
   */
  readonly orchestrationPolicyName?: string;
  /**
   * The namespace whose resources it is about.
   * @default - all
   */
  readonly namespace?: string;
  /**
   * The greater number wins where policies disagree, -1000 to 1000.
   * @default 0
   */
  readonly priority?: number;
  /**
   * The kinds of resources that it is about: `vm`, `vm_group`, `volume`, `network`, `node`.
   * @default - `vm`
   */
  readonly kinds?: string[];
  /**
   * Labels that a resource must have for it to be about it, each with its value.
   * @default - none
   */
  readonly labels?: { [label: string]: string };
  /**
   * What each has to be the name or the value of some label of the resource.
   * @default - none
   */
  readonly tags?: string[];
  /**
   * Whether it does anything.
   * @default true
   */
  readonly enabled?: boolean;
  /**
   * How long a run waits.
   * @default - 20 minutes each
   */
  readonly timeouts?: Timeouts;
}

/** What a document says itself. */
const OF_THE_DOCUMENT = [
  ...(['rules', 'orchestrationPolicyName', 'namespace', 'priority'] as const),
  ...(['kinds', 'labels', 'tags'] as const),
];

/**
 * An orchestration policy: where VMs are placed, when groups scale, what heals them, who is told.
 * Its document is read at synth as the server reads it.
 */
export class OrchestrationPolicy extends Construct implements IOrchestrationPolicy {
  /** The orchestration policy of this id, whose name Terraform looks up. */
  public static fromOrchestrationPolicyId(
    scope: Construct,
    id: string,
    orchestrationPolicyId: string,
  ): IOrchestrationPolicy {
    const policy = new ImportedOrchestrationPolicy(scope, id);
    const { name } = new DataNovacronOrchestrationPolicy(policy, 'Lookup', {
      id: orchestrationPolicyId,
    });
    return policy.know({ orchestrationPolicyId, orchestrationPolicyName: name });
  }

  /** The orchestration policy of this name, whose id Terraform looks up. */
  public static fromOrchestrationPolicyName(
    scope: Construct,
    id: string,
    orchestrationPolicyName: string,
  ): IOrchestrationPolicy {
    const policy = new ImportedOrchestrationPolicy(scope, id);
    const lookup = new DataNovacronOrchestrationPolicy(policy, 'Lookup', {
      name: orchestrationPolicyName,
    });
    return policy.know({ orchestrationPolicyId: lookup.id, orchestrationPolicyName });
  }

  /** Id of the orchestration policy. */
  public readonly orchestrationPolicyId: string;
  /** Name of the orchestration policy. */
  public readonly orchestrationPolicyName: string;
  private readonly resource: Resource;
  private readonly props: OrchestrationPolicyProps;
  private readonly rules: OrchestrationRule[];
  private binding: { [label: string]: string } = {};

  public constructor(scope: Construct, id: string, props: OrchestrationPolicyProps) {
    super(scope, id);
    this.props = props;
    this.rules = [...(props.rules ?? [])];
    const twice = OF_THE_DOCUMENT.find((name) => props[name] !== undefined);
    if (twice !== undefined) this.refuseDocument(`\`${twice}\` is said beside it`);
    this.resource = new Resource(this, 'Resource', {
      document: props.document === undefined ? this.render() : escapeTemplate(props.document.text),
      enabled: props.enabled,
      timeouts: renderTimeouts(props.timeouts),
    });
    this.orchestrationPolicyId = this.resource.id;
    this.orchestrationPolicyName = this.resource.name;
    registerChecks(this, this.resource);
    this.node.addValidation({ validate: () => this.check() });
  }

  /** Adds a rule to those that it has. */
  public addRule(rule: OrchestrationRule): void {
    this.refuseDocument('addRule() is called');
    this.rules.push(rule);
    this.resource.document = this.render();
  }

  /** Narrows it to resources that are named so; without a call it is about all that it selects. */
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
      `${this.node.path} has a document (${document.file}), which says everything but ` +
        `\`enabled\`, and ${what}. Write it into the document, or leave the document out.`,
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
      metadata: { name: orchestrationPolicyName ?? deriveName(this), namespace },
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
