import { Annotations, type IAspect, TerraformResource } from 'cdktf';
import type { IConstruct } from 'constructs';
import { loadOffline } from '../offline/load-offline.ts';
import { CheckSeverity, type ComplianceStandard } from '../props/compliance.ts';
import { findOwner } from '../synthesis/find-owner.ts';
import { describeResource } from './describe-resource.ts';

/** Standards to judge an app by. */
export interface ComplianceAspectProps {
  /** Standards whose checks are applied. */
  readonly standards: ComplianceStandard[];
  /**
   * Lowest severity that fails the synth. Findings below it are warnings.
   * @default CheckSeverity.HIGH
   */
  readonly failAt?: CheckSeverity;
}

/**
 * Judges every resource of NovaCron by the checks of standards of compliance, as the scan of the
 * server will. Values that are only known to Terraform are not judged.
 */
export class ComplianceAspect implements IAspect {
  private readonly standards: string[];
  private readonly failAt: string;
  private readonly visited = new WeakSet<IConstruct>();

  public constructor(props: ComplianceAspectProps) {
    this.standards = props.standards.map(({ word }) => word);
    this.failAt = (props.failAt ?? CheckSeverity.HIGH).word;
    if (this.standards.length === 0) {
      throw new Error('ComplianceAspect has no standards. Pass at least one.');
    }
  }

  public visit(node: IConstruct): void {
    if (!TerraformResource.isTerraformResource(node) || this.visited.has(node)) return;
    this.visited.add(node);
    // Other aspects may still change it; validations come after all of them.
    findOwner(node).node.addValidation({ validate: () => this.judge(node) });
  }

  private judge(resource: TerraformResource): string[] {
    const { explainPlannedFinding, planPlannedFindings, SEVERITIES, toStandard } = loadOffline();
    const standards = this.standards.map(toStandard);
    const findings = describeResource(resource).flatMap(({ kind, fields, unknownFields }) =>
      planPlannedFindings({ kind, fields, unknown: unknownFields }, standards, Date.now()),
    );
    const lines = (isFailure: boolean) => [
      ...new Set(
        findings
          .filter(({ severity }) => this.fails(severity, SEVERITIES) === isFailure)
          .map((each) => `${each.check} (${each.severity}) ${explainPlannedFinding(each)}`),
      ),
    ];
    for (const line of lines(false)) Annotations.of(findOwner(resource)).addWarning(line);
    return lines(true);
  }

  private fails(severity: string, ordered: readonly string[]): boolean {
    return ordered.indexOf(severity) <= ordered.indexOf(this.failAt);
  }
}
