import type { TerraformMetaArguments } from 'cdktf';
import type { Construct } from 'constructs';
import { registerChecks } from '../../checks/register-checks.ts';
import { GitopsApplication as ApplicationResource } from '../../gen/gitops-application/index.ts';
import type { Duration } from '../../props/duration.ts';
import type { GitopsSource, PushSender, SyncApproval, SyncWindowKind } from '../../props/gitops.ts';
import { pickMetaArguments } from '../../props/meta-arguments.ts';
import type { RestartWindow } from '../../props/restart-window.ts';
import { deriveNames } from '../../synthesis/derive-name.ts';
import { escapeOptional, escapeTemplate } from '../../synthesis/escape-template.ts';
import { ResourceConstruct } from '../base/resource-construct.ts';

/** A provider that syncs may run. */
export interface AcceptedProvider {
  /** Address, such as `registry.terraform.io/hashicorp/random`. */
  readonly source: string;
  /** Hashes of the lock file that are accepted. */
  readonly hashes: string[];
}

/** A time in which syncs may start, or may not. */
export interface SyncWindow extends RestartWindow {
  /** Whether syncs start in such windows only, or none starts in it. */
  readonly kind: SyncWindowKind;
}

/** Props of a GitOps application. */
export interface GitopsApplicationProps extends TerraformMetaArguments {
  /**
   * Address of the Git repository, over HTTPS or SSH, or in files of the runner.
   */
  readonly repository: string;
  /**
   * Name of the API key whose rights syncs have. An administrator authorizes its use.
   */
  readonly runAs: string;
  /**
   * Directory in the repository.
   * @default - the root of the repository
   */
  readonly path?: string;
  /**
   * Branch, tag or commit that is synced.
   * @default - the default branch
   */
  readonly targetRevision?: string;
  /**
   * Kind of the directory.
   * @default GitopsSource.TERRAFORM
   */
  readonly source?: GitopsSource;
  /**
   * Environment that it is, such as production.
   * @default - none
   */
  readonly environment?: string;
  /**
   * Name of the application whose synced commits are the only ones that this one accepts.
   * @default - any commit is accepted
   */
  readonly promoteFrom?: string;
  /**
   * Labels of the runners that carry syncs out.
   * @default - any runner
   */
  readonly runOn?: Record<string, string>;
  /**
   * Hosts that syncs reach beside the repository and the server, as HOST:PORT.
   * @default - none
   */
  readonly hosts?: string[];
  /**
   * Name of the secret with the password or token for HTTPS, or the private key for SSH.
   * @default - none
   */
  readonly credential?: string;
  /**
   * Host keys of the SSH server, as in a known_hosts file; required with SSH.
   * @default - none
   */
  readonly knownHosts?: string;
  /**
   * Whether a commit that no accepted key has signed is refused.
   * @default false
   */
  readonly requireSignatures?: boolean;
  /**
   * SSH keys that may sign, in the format of `ssh-keygen` for allowed signers.
   * @default - none
   */
  readonly allowedSigners?: string;
  /**
   * OpenPGP keys that may sign, armored.
   * @default - none
   */
  readonly gpgKeys?: string;
  /**
   * Patterns of files whose change needs an approval.
   * @default - none
   */
  readonly protectedPaths?: string[];
  /**
   * Providers beside NovaCron that may run.
   * @default - none
   */
  readonly providers?: AcceptedProvider[];
  /**
   * Whether provisioners and data sources that run programs are accepted.
   * @default false
   */
  readonly allowPrograms?: boolean;
  /**
   * Name of the Terraform state on the server. Another name replaces the application.
   * @default - the name of the application
   */
  readonly state?: string;
  /**
   * Input variables of the configuration; not secrets.
   * @default - none
   */
  readonly variables?: Record<string, string>;
  /**
   * What reports pushes.
   * @default - none
   */
  readonly webhook?: PushSender;
  /**
   * Names of the secrets that it signs with.
   * @default - none
   */
  readonly webhookSecrets?: string[];
  /**
   * Whether new commits start syncs.
   * @default false
   */
  readonly automatic?: boolean;
  /**
   * Interval at which the repository is asked for new commits, in whole minutes.
   * @default Duration.minutes(3)
   */
  readonly pollEvery?: Duration;
  /**
   * Times in which syncs may start, or may not.
   * @default - they may at any time
   */
  readonly syncWindows?: SyncWindow[];
  /**
   * Names of the applications that have to be synced and healthy before this one syncs.
   * @default - none
   */
  readonly needs?: string[];
  /**
   * Whether a sync also starts when resources have drifted.
   * @default false
   */
  readonly selfHeal?: boolean;
  /**
   * Whether resources that left the repository are deleted.
   * @default false
   */
  readonly prune?: boolean;
  /**
   * Most deletions of a sync without an approval.
   * @default 10
   */
  readonly pruneCountMax?: number;
  /**
   * Most deletions without an approval, as a part of what it manages.
   * @default 0.1
   */
  readonly pruneRatioMax?: number;
  /**
   * When people are asked.
   * @default SyncApproval.GATED
   */
  readonly approval?: SyncApproval;
  /**
   * Number of approvals required.
   * @default 1
   */
  readonly approvalsRequired?: number;
  /**
   * Persons who may vote.
   * @default - all who may approve
   */
  readonly approvers?: string[];
  /**
   * Time to vote.
   * @default Duration.hours(24)
   */
  readonly approvalExpires?: Duration;
  /**
   * Name of the workflow that runs before changes are applied. If it fails, nothing is applied.
   * @default - none
   */
  readonly beforeWorkflow?: string;
  /**
   * Name of the workflow that runs after applied changes are verified.
   * @default - none
   */
  readonly afterWorkflow?: string;
  /**
   * Name of the workflow that runs after a sync has failed.
   * @default - none
   */
  readonly failedWorkflow?: string;
  /**
   * Name, unique in the tenant. Another name replaces the application.
   * @default - derived from the construct's path
   */
  readonly applicationName?: string;
  /**
   * Description of the application.
   * @default - none
   */
  readonly description?: string;
}

/** A GitOps application: a directory of a Git repository that decides what runs. */
export class GitopsApplication extends ResourceConstruct {
  public constructor(scope: Construct, id: string, props: GitopsApplicationProps) {
    super(scope, id);
    const { allowPrograms } = props;
    const resource = new ApplicationResource(this, 'Resource', {
      name: props.applicationName ?? deriveNames(this, props),
      description: escapeOptional(props.description),
      repository: escapeTemplate(props.repository),
      runAs: escapeTemplate(props.runAs),
      path: escapeOptional(props.path),
      targetRevision: escapeOptional(props.targetRevision),
      source: props.source?.word,
      environment: escapeOptional(props.environment),
      promoteFrom: escapeOptional(props.promoteFrom),
      runOn: props.runOn,
      hosts: props.hosts?.map(escapeTemplate),
      credential: escapeOptional(props.credential),
      knownHosts: escapeOptional(props.knownHosts),
      requireSignatures: props.requireSignatures,
      allowedSigners: escapeOptional(props.allowedSigners),
      gpgKeys: escapeOptional(props.gpgKeys),
      protectedPaths: props.protectedPaths?.map(escapeTemplate),
      providers: props.providers?.map((each) => ({ ...each })),
      state: escapeOptional(props.state),
      variables: props.variables,
      webhook: props.webhook?.word,
      webhookSecrets: props.webhookSecrets?.map(escapeTemplate),
      automatic: props.automatic,
      pollEvery: props.pollEvery?.toString(),
      syncWindows: props.syncWindows?.map((each) => ({ ...each, kind: each.kind.word })),
      needs: props.needs?.map(escapeTemplate),
      selfHeal: props.selfHeal,
      prune: props.prune,
      pruneCountMax: props.pruneCountMax,
      pruneRatioMax: props.pruneRatioMax,
      approval: props.approval?.word,
      approvalsRequired: props.approvalsRequired,
      approvers: props.approvers?.map(escapeTemplate),
      approvalExpires: props.approvalExpires?.toString(),
      beforeWorkflow: escapeOptional(props.beforeWorkflow),
      afterWorkflow: escapeOptional(props.afterWorkflow),
      failedWorkflow: escapeOptional(props.failedWorkflow),
      ...(allowPrograms === undefined ? {} : { programs: allowPrograms ? 'allow' : 'refuse' }),
      ...pickMetaArguments(props),
    });
    registerChecks(this, resource);
  }

  /** Id of the application. */
  public get applicationId(): string {
    return this._refer('id');
  }

  /** Name of the application. */
  public get applicationName(): string {
    return this._refer('name');
  }

  /** Id of the workflow whose executions are its syncs. */
  public get workflowId(): string {
    return this._refer('workflow_id');
  }
}
