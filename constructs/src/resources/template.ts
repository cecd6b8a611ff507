import { type TerraformMetaArguments, Token } from 'cdktf';
import { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronTemplate } from '../gen/data-novacron-template/index.ts';
import { Template as TemplateResource } from '../gen/template/index.ts';
import type { Architecture, Firmware } from '../props/choices.ts';
import { pickMetaArguments } from '../props/meta-arguments.ts';
import type { INetwork, ITemplate } from '../props/references.ts';
import type { Size } from '../props/size.ts';
import type { TemplateImage } from '../props/template-image.ts';
import { renderTimeouts, type Timeouts } from '../props/timeouts.ts';
import { deriveNames } from '../synthesis/derive-name.ts';
import { escapeLabels, escapeOptional } from '../synthesis/escape-template.ts';
import { LabelledConstruct } from './base/labelled-construct.ts';

/** Props of a template. */
export interface TemplateProps extends TerraformMetaArguments {
  /** Source of the image. A change creates a new version; existing VMs keep theirs. */
  readonly image: TemplateImage;
  /**
   * Name, unique within the tenant and different from built-in templates.
   * @default - derived from the construct's path
   */
  readonly templateName?: string;
  /**
   * Boot firmware of VMs. A change creates a new version.
   * @default Firmware.BIOS
   */
  readonly firmware?: Firmware;
  /**
   * Processor architecture of the image. A change creates a new version.
   * @default Architecture.X86_64
   */
  readonly architecture?: Architecture;
  /**
   * Operating system in the image.
   * @default - not specified
   */
  readonly os?: string;
  /**
   * Its version.
   * @default - not specified
   */
  readonly osVersion?: string;
  /**
   * Minimum root disk of the image, in whole gibibytes; a VM with a smaller disk is rejected at
   * synth.
   * @default Size.gibibytes(1)
   */
  readonly diskMin?: Size;
  /**
   * CPU cores of VMs that set none. A change affects VMs that are created later.
   * @default - none: VMs set their own
   */
  readonly cpuCores?: number;
  /**
   * Memory of VMs that set none, in steps of 64 MiB.
   * @default - none: VMs set their own
   */
  readonly memory?: Size;
  /**
   * Size of the root disk of VMs that set none, in whole gibibytes.
   * @default - none: VMs set their own
   */
  readonly disk?: Size;
  /**
   * The network of VMs that set none.
   * @default - none
   */
  readonly network?: INetwork;
  /**
   * Data for cloud-init of VMs without their own data; a change creates a new version. Anyone who
   * may read templates can read it.
   * @default - none
   */
  readonly userData?: string;
  /**
   * The networks that its VMs may be connected to.
   * @default - any
   */
  readonly networks?: INetwork[];
  /**
   * Description of the template.
   * @default - none
   */
  readonly description?: string;
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

/** A template: an image that VMs boot from. A change affects VMs that are created later. */
export class Template extends LabelledConstruct implements ITemplate {
  /** The template with this id, managed elsewhere. */
  public static fromTemplateId(scope: Construct, id: string, templateId: string): ITemplate {
    return new ImportedTemplate(scope, id, templateId);
  }

  /** The template with this name, which Terraform looks up. */
  public static fromTemplateName(scope: Construct, id: string, templateName: string): ITemplate {
    const template = new ImportedTemplate(scope, id);
    template.templateId = new DataNovacronTemplate(template, 'Lookup', { name: templateName }).id;
    return template;
  }

  private readonly resource: TemplateResource;
  private readonly networks: INetwork[];

  public constructor(scope: Construct, id: string, props: TemplateProps) {
    super(scope, id, props.labels);
    this.networks = [...(props.networks ?? [])];
    this.resource = new TemplateResource(this, 'Resource', {
      name: props.templateName ?? deriveNames(this, props),
      image: props.image.reference,
      imageChecksum: props.image.checksum,
      firmware: props.firmware?.word,
      architecture: props.architecture?.word,
      os: props.os,
      osVersion: props.osVersion,
      diskGbMin: props.diskMin?.toGibibytes(),
      cpuCores: props.cpuCores,
      memoryGb: props.memory?.toGibibytes(),
      diskGb: props.disk?.toGibibytes(),
      networkId: props.network?.networkId,
      userData: escapeOptional(props.userData),
      networkIds: props.networks === undefined ? undefined : this.networkIds(),
      description: escapeOptional(props.description),
      metadata: escapeLabels(props.labels),
      timeouts: renderTimeouts(props.timeouts),
      ...pickMetaArguments(props),
    });
    registerChecks(this, this.resource);
  }

  /** Id of the template. */
  public get templateId(): string {
    return this._refer('id');
  }

  /** Name of the template. */
  public get templateName(): string {
    return this._refer('name');
  }

  /** Current version that VMs are created from; it increases with every new version. */
  public get templateVersion(): number {
    return Token.asNumber(this._refer('version'));
  }

  /** Allows its VMs to be connected to a network; only allowed networks can be used then. */
  public allowNetwork(network: INetwork): void {
    this.networks.push(network);
    this.resource.networkIds = this.networkIds();
  }

  /**
   * The network of VMs that set none.
   * @internal
   */
  public get _networkId(): string | undefined {
    return this.resource.networkIdInput;
  }

  private networkIds(): string[] {
    return this.networks.map(({ networkId }) => networkId);
  }
}

class ImportedTemplate extends Construct implements ITemplate {
  public templateId: string;

  public constructor(scope: Construct, id: string, templateId = '') {
    super(scope, id);
    this.templateId = templateId;
  }
}
