import { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronSshKey } from '../gen/data-novacron-ssh-key/index.ts';
import { SshKey as SshKeyResource } from '../gen/ssh-key/index.ts';
import type { ILabelled } from '../props/labelled.ts';
import type { ISshKey } from '../props/references.ts';
import { renderTimeouts, type Timeouts } from '../props/timeouts.ts';
import { deriveName } from '../synthesis/derive-name.ts';
import { escapeLabels } from '../synthesis/escape-template.ts';

/** Props of an SSH key. */
export interface SshKeyProps {
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
export class SshKey extends Construct implements ISshKey, ILabelled {
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

  /** Id of the SSH key. */
  public readonly sshKeyId: string;
  /** Name of the SSH key. */
  public readonly sshKeyName: string;
  private readonly resource: SshKeyResource;
  private labels: { [label: string]: string };

  public constructor(scope: Construct, id: string, props: SshKeyProps) {
    super(scope, id);
    this.labels = { ...props.labels };
    this.resource = new SshKeyResource(this, 'Resource', {
      name: props.sshKeyName ?? deriveName(this),
      publicKey: props.publicKey,
      metadata: escapeLabels(props.labels),
      timeouts: renderTimeouts(props.timeouts),
    });
    this.sshKeyId = this.resource.id;
    this.sshKeyName = this.resource.name;
    registerChecks(this, this.resource);
  }

  public hasLabel(label: string): boolean {
    return this.labels[label] !== undefined;
  }

  public addLabel(label: string, value: string): void {
    this.labels = { ...this.labels, [label]: value };
    this.resource.metadata = escapeLabels(this.labels);
  }
}

class ImportedSshKey extends Construct implements ISshKey {
  public sshKeyId: string;

  public constructor(scope: Construct, id: string, sshKeyId = '') {
    super(scope, id);
    this.sshKeyId = sshKeyId;
  }
}
