import type { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import type { ILabelled } from '../../props/labelled.ts';
import { escapeLabels } from '../../synthesis/escape-template.ts';
import { ResourceConstruct } from './resource-construct.ts';

type Labels = { [label: string]: string };

/**
 * A construct of a resource with labels, which can be added until the app is synthesised.
 * @internal
 */
export abstract class LabelledConstruct extends ResourceConstruct implements ILabelled {
  private labels: Labels;

  public constructor(scope: Construct, id: string, labels: Labels = {}) {
    super(scope, id);
    this.labels = labels;
  }

  public hasLabel(label: string): boolean {
    return this.labels[label] !== undefined;
  }

  public addLabel(label: string, value: string): void {
    this.labels = { ...this.labels, [label]: value };
    const resource = this._element;
    if (hasMetadata(resource)) resource.metadata = escapeLabels(this.labels);
  }
}

function hasMetadata(
  resource: TerraformResource,
): resource is TerraformResource & { metadata: Labels } {
  return 'metadata' in resource;
}
