import type { TerraformMetaArguments } from 'cdktf';
import type { Construct } from 'constructs';
import { checkWorkflow } from '../../checks/check-workflow.ts';
import { registerChecks } from '../../checks/register-checks.ts';
import { Workflow as WorkflowResource } from '../../gen/workflow/index.ts';
import { pickMetaArguments } from '../../props/meta-arguments.ts';
import { escapeTemplate } from '../../synthesis/escape-template.ts';
import { readFile } from '../../synthesis/read-file.ts';
import { ResourceConstruct } from '../base/resource-construct.ts';

/** Props of a workflow or a runbook. */
export interface WorkflowProps extends TerraformMetaArguments {
  /** Definition in YAML or JSON, with its `name`. */
  readonly text: string;
}

/** Props of a workflow or a runbook that is a file. */
export interface WorkflowFileProps extends TerraformMetaArguments {
  /** Name of the YAML or JSON file, relative to the directory where synth runs. */
  readonly file: string;
}

/** A workflow: steps that the server runs when it is asked to, by schedules and by triggers. */
export class Workflow extends ResourceConstruct {
  /** The workflow of a file, which is read immediately. */
  public static fromFile(scope: Construct, id: string, props: WorkflowFileProps): Workflow {
    return new Workflow(scope, id, readText(props));
  }

  public constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const resource = new WorkflowResource(this, 'Resource', {
      text: escapeTemplate(props.text),
      ...pickMetaArguments(props),
    });
    registerChecks(this, resource, { check: () => checkWorkflow(props.text, this._kind()) });
  }

  /** Id of the workflow. */
  public get workflowId(): string {
    return this._refer('id');
  }

  /** Name in the text. */
  public get name(): string {
    return this._refer('name');
  }

  /**
   * The kind that its text must have.
   * @internal
   */
  protected _kind(): string {
    return 'workflow';
  }
}

/** A runbook: a workflow for people in an incident, which goes on after failures. */
export class Runbook extends Workflow {
  /** The runbook of a file, which is read immediately. */
  public static override fromFile(
    scope: Construct,
    id: string,
    props: WorkflowFileProps,
  ): Workflow {
    return new Runbook(scope, id, readText(props));
  }

  /**
   * The kind that its text must have.
   * @internal
   */
  protected override _kind(): string {
    return 'runbook';
  }
}

function readText({ file, ...others }: WorkflowFileProps): WorkflowProps {
  return { ...others, text: readFile(file, 'text') };
}
