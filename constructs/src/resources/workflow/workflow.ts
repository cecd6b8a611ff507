import { dependable } from 'cdktf';
import { Construct } from 'constructs';
import { checkWorkflow } from '../../checks/check-workflow.ts';
import { registerChecks } from '../../checks/register-checks.ts';
import { Workflow as WorkflowResource } from '../../gen/workflow/index.ts';
import { escapeTemplate } from '../../synthesis/escape-template.ts';
import { readFile } from '../../synthesis/read-file.ts';

/** Props of a workflow or a runbook. */
export interface WorkflowProps {
  /** Definition in YAML or JSON, with its `name`. */
  readonly text: string;
}

/** Props of a workflow or a runbook that is a file. */
export interface WorkflowFileProps {
  /** Name of the YAML or JSON file, relative to the directory where synth runs. */
  readonly file: string;
}

/** A workflow: steps that the server runs when it is asked to, by schedules and by triggers. */
export class Workflow extends Construct {
  /** The workflow of a file, which is read immediately. */
  public static fromFile(scope: Construct, id: string, props: WorkflowFileProps): Workflow {
    return new Workflow(scope, id, { text: readFile(props.file, 'text') });
  }

  /** Id of the workflow. */
  public readonly workflowId: string;
  /** Name in the text. */
  public readonly name: string;
  /**
   * Address of the resource in Terraform.
   * @internal
   */
  public readonly _address: string;

  public constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const resource = new WorkflowResource(this, 'Resource', { text: escapeTemplate(props.text) });
    this.workflowId = resource.id;
    this.name = resource.name;
    this._address = dependable(resource);
    registerChecks(this, resource, { check: () => checkWorkflow(props.text, this._kind()) });
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
    return new Runbook(scope, id, { text: readFile(props.file, 'text') });
  }

  /**
   * The kind that its text must have.
   * @internal
   */
  protected override _kind(): string {
    return 'runbook';
  }
}
