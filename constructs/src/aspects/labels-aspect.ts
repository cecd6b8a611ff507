import { type IAspect, TerraformResource } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { ILabelled } from '../props/labelled.ts';
import { escapeLabels } from '../synthesis/escape-template.ts';

/** Adds labels to all resources that have labels. A label that is already set keeps its value. */
export class LabelsAspect implements IAspect {
  private readonly labels: { [label: string]: string };

  public constructor(labels: { [label: string]: string }) {
    this.labels = labels;
  }

  public visit(node: IConstruct): void {
    if (isLabelled(node)) {
      for (const [label, value] of Object.entries(this.labels)) {
        if (!node.hasLabel(label)) node.addLabel(label, value);
      }
    } else if (isBare(node)) {
      node.metadata = { ...escapeLabels(this.labels), ...node.metadataInput };
    }
  }
}

function isLabelled(node: IConstruct): node is ILabelled {
  return 'addLabel' in node && 'hasLabel' in node;
}

/** A resource of L1 that belongs to no L2 construct. */
interface Bare {
  metadata: { [label: string]: string };
  readonly metadataInput: { [label: string]: string } | undefined;
}

function isBare(node: IConstruct): node is IConstruct & Bare {
  if (!TerraformResource.isTerraformResource(node) || !('metadataInput' in node)) return false;
  const { scope } = node.node;
  return scope === undefined || !isLabelled(scope);
}
