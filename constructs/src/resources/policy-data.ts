import { dependable } from 'cdktf';
import { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { PolicyData as PolicyDataResource } from '../gen/policy-data/index.ts';
import { escapeTemplate } from '../synthesis/escape-template.ts';
import { readFile } from '../synthesis/read-file.ts';

/** Props of a data document. */
export interface PolicyDataProps {
  /** Path below `data`: policies read the document of `limits.teams` as `data.limits.teams`. */
  readonly path: string;
  /** The document as JSON text, such as `JSON.stringify({ web: { cores: 4 } })`. */
  readonly document: string;
}

/** Props of a data document that is a file. */
export interface PolicyDataFileProps {
  /** Path below `data`. */
  readonly path: string;
  /** Name of the JSON file, relative to the directory where synth runs. */
  readonly file: string;
}

/** A data document: a JSON value that policies read below `data`; see `Policy.reads`. */
export class PolicyData extends Construct {
  /** The document of a JSON file, which is read immediately. */
  public static fromFile(scope: Construct, id: string, props: PolicyDataFileProps): PolicyData {
    const document = readFile(props.file, 'document');
    return new PolicyData(scope, id, { path: props.path, document });
  }

  /** Id of the document. */
  public readonly policyDataId: string;
  /** Path below `data`. */
  public readonly path: string;
  /**
   * Address of the resource in Terraform.
   * @internal
   */
  public readonly _address: string;

  public constructor(scope: Construct, id: string, props: PolicyDataProps) {
    super(scope, id);
    const resource = new PolicyDataResource(this, 'Resource', {
      path: props.path,
      document: escapeTemplate(props.document),
    });
    this.policyDataId = resource.id;
    this.path = resource.path;
    this._address = dependable(resource);
    registerChecks(this, resource);
  }
}
