import type { TerraformMetaArguments } from 'cdktf';
import type { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { PolicyData as PolicyDataResource } from '../gen/policy-data/index.ts';
import { pickMetaArguments } from '../props/meta-arguments.ts';
import { escapeTemplate } from '../synthesis/escape-template.ts';
import { readFile } from '../synthesis/read-file.ts';
import { ResourceConstruct } from './base/resource-construct.ts';

/** Props of a data document. */
export interface PolicyDataProps extends TerraformMetaArguments {
  /** Path below `data`: policies read the document of `limits.teams` as `data.limits.teams`. */
  readonly path: string;
  /** The document as JSON text, such as `JSON.stringify({ web: { cores: 4 } })`. */
  readonly document: string;
}

/** Props of a data document that is a file. */
export interface PolicyDataFileProps extends TerraformMetaArguments {
  /** Path below `data`. */
  readonly path: string;
  /** Name of the JSON file, relative to the directory where synth runs. */
  readonly file: string;
}

/** A data document: a JSON value that policies read below `data`; see `Policy.reads`. */
export class PolicyData extends ResourceConstruct {
  /** The document of a JSON file, which is read immediately. */
  public static fromFile(scope: Construct, id: string, props: PolicyDataFileProps): PolicyData {
    const { file, ...others } = props;
    return new PolicyData(scope, id, { ...others, document: readFile(file, 'document') });
  }

  public constructor(scope: Construct, id: string, props: PolicyDataProps) {
    super(scope, id);
    const resource = new PolicyDataResource(this, 'Resource', {
      path: props.path,
      document: escapeTemplate(props.document),
      ...pickMetaArguments(props),
    });
    registerChecks(this, resource);
  }

  /** Id of the document. */
  public get policyDataId(): string {
    return this._refer('id');
  }

  /** Path below `data`. */
  public get path(): string {
    return this._refer('path');
  }
}
