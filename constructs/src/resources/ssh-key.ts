import type { TerraformMetaArguments } from 'cdktf';
import { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronSshKey } from '../gen/data-novacron-ssh-key/index.ts';
import { SshKey as SshKeyResource } from '../gen/ssh-key/index.ts';
import { pickMetaArguments } from '../props/meta-arguments.ts';
import type { ISshKey } from '../props/references.ts';
import { renderTimeouts, type Timeouts } from '../props/timeouts.ts';
import { deriveNames } from '../synthesis/derive-name.ts';
import { escapeLabels } from '../synthesis/escape-template.ts';
import { LabelledConstruct } from './base/labelled-construct.ts';

/** Props of an SSH key. */
export interface SshKeyProps extends TerraformMetaArguments {
  /**
   * The public key: the line of a `.pub` file. Another key replaces the resource; VMs keep the one
   * that they were given until they are updated.
   */
  readonly publicKey: string;
  /**
   * Name, unique within the tenant.
   * @default - derived from the construct's path
   */
  readonly sshKeyName?: string;
  /**
   * Labels for people and policies.
   * @default - none
   */
  readonly labels?: { [label: string]: string };
  /**
   * Time limits of Terraform operations.
   * @default - 20 minutes each
   */
  readonly timeouts?: Timeouts;
}

/** An SSH key: the public half of a key pair. */
export class SshKey extends LabelledConstruct implements ISshKey {
  /** The SSH key with this id, managed elsewhere. */
  public static fromSshKeyId(scope: Construct, id: string, sshKeyId: string): ISshKey {
    return new ImportedSshKey(scope, id, sshKeyId);
  }

  /** The SSH key with this name, which Terraform looks up. */
  public static fromSshKeyName(scope: Construct, id: string, sshKeyName: string): ISshKey {
    const key = new ImportedSshKey(scope, id);
    key.sshKeyId = new DataNovacronSshKey(key, 'Lookup', { name: sshKeyName }).id;
    return key;
  }

  private readonly resource: SshKeyResource;

  public constructor(scope: Construct, id: string, props: SshKeyProps) {
    super(scope, id, props.labels);
    this.resource = new SshKeyResource(this, 'Resource', {
      name: props.sshKeyName ?? deriveNames(this, props),
      publicKey: props.publicKey,
      metadata: escapeLabels(props.labels),
      timeouts: renderTimeouts(props.timeouts),
      ...pickMetaArguments(props),
    });
    registerChecks(this, this.resource);
  }

  /** Id of the SSH key. */
  public get sshKeyId(): string {
    return this._refer('id');
  }

  /** Name of the SSH key. */
  public get sshKeyName(): string {
    return this._refer('name');
  }
}

class ImportedSshKey extends Construct implements ISshKey {
  public sshKeyId: string;

  public constructor(scope: Construct, id: string, sshKeyId = '') {
    super(scope, id);
    this.sshKeyId = sshKeyId;
  }
}
