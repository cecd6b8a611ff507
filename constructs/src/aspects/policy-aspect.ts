import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, type IAspect, TerraformResource } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { EnforcementMode, PolicyType } from '../props/choices.ts';
import { PolicyRule } from '../props/policy-rule.ts';
import { findOwner } from '../synthesis/find-owner.ts';
import { evaluatePolicy, type LoadedPolicy, loadRule } from './evaluate-policies.ts';

/** Options for evaluating policies at synth. */
export interface PolicyAspectOptions {
  /**
   * Type of the policies.
   * @default - `custom.type` of the metadata of their package, else PolicyType.RESOURCE
   */
  readonly type?: PolicyType;
  /**
   * Effect of a denial: blocking fails the synth, warning warns, auditing is silent.
   * @default - `custom.enforcement_mode` of the metadata of their package, else
   *   EnforcementMode.BLOCK
   */
  readonly enforcementMode?: EnforcementMode;
  /**
   * Role of the key that will apply the app.
   * @default 'operator'
   */
  readonly role?: string;
  /**
   * Name of the key that will apply the app.
   * @default 'synth'
   */
  readonly userId?: string;
}

/**
 * Evaluates policies for every resource of NovaCron, as the server will, so that denials fail
 * before there is any plan. Tenants, roles, reservations, waivers, policy data and workflows wait
 * for the plan: the server computes what policies read of them. It does not create them on the
 * server; use `Policy` for that.
 */
export class PolicyAspect implements IAspect {
  /** All policies in a directory and below it: files `*.rego`, except tests (`*_test.rego`). */
  public static fromDirectory(directory: string, options?: PolicyAspectOptions): PolicyAspect {
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.rego') && !file.endsWith('_test.rego'))
      .sort();
    if (files.length === 0) {
      throw new Error(`${directory} contains no policy. Pass a directory with files *.rego.`);
    }
    const rules = files.map((file) => PolicyRule.fromFile(join(directory, file)));
    return new PolicyAspect(rules, options);
  }

  private readonly policies: LoadedPolicy[];
  private readonly options: PolicyAspectOptions;
  private readonly visited = new WeakSet<IConstruct>();

  public constructor(rules: PolicyRule[], options: PolicyAspectOptions = {}) {
    const head = { type: options.type?.word, mode: options.enforcementMode?.word };
    this.policies = rules.map((rule) => loadRule(rule, head));
    this.options = options;
  }

  public visit(node: IConstruct): void {
    if (!TerraformResource.isTerraformResource(node) || this.visited.has(node)) return;
    this.visited.add(node);
    // Other aspects may still change it; validations come after all of them.
    findOwner(node).node.addValidation({ validate: () => this.judge(node) });
  }

  private judge(resource: TerraformResource): string[] {
    const { role = 'operator', userId = 'synth' } = this.options;
    const verdicts = this.policies.flatMap((policy) =>
      evaluatePolicy(policy, resource, { role, userId }),
    );
    for (const warning of verdicts.flatMap(({ warnings }) => warnings)) {
      Annotations.of(findOwner(resource)).addWarning(warning);
    }
    return verdicts.flatMap(({ denials }) => denials);
  }
}
