import { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronTemplate } from '../gen/data-novacron-template/index.ts';
import { Template as TemplateResource } from '../gen/template/index.ts';
import type { Architecture, Firmware } from '../props/choices.ts';
import type { ILabelled } from '../props/labelled.ts';
import type { INetwork, ITemplate } from '../props/references.ts';
import type { Size } from '../props/size.ts';
import type { TemplateImage } from '../props/template-image.ts';
import { renderTimeouts, type Timeouts } from '../props/timeouts.ts';
import { deriveName } from '../synthesis/derive-name.ts';

/** What a template shall be. */
export interface TemplateProps {
  /** Where nodes get the image. Another one is a new version: VMs keep what they were made from. */
  readonly image: TemplateImage;
  /**
   * Name, unique within the tenant and no built-in one.
   * @default - made from the construct's path
   */
  readonly templateName?: string;
  /**
   * How VMs begin to boot. Another one is a new version.
   * @default Firmware.BIOS
   */
  readonly firmware?: Firmware;
  /**
   * Processor architecture of the image. Another one is a new version.
   * @default Architecture.X86_64
   */
  readonly architecture?: Architecture;
  /**
   * Operating system in the image.
   * @default - nobody says
   */
  readonly os?: string;
  /**
   * Its version.
   * @default - nobody says
   */
  readonly osVersion?: string;
  /**
   * The smallest root disk that the image fits on, in whole gibibytes; a VM with a smaller one is
   * refused, at synth already.
   * @default Size.gibibytes(1)
   */
  readonly diskMin?: Size;
  /**
   * Data for cloud-init of VMs that bring none of their own; other data is a new version. Whoever
   * may read templates reads it.
   * @default - none
   */
  readonly userData?: string;
  /**
   * The only networks that its VMs may be connected to.
   * @default - any
   */
  readonly networks?: INetwork[];
  /**
   * What the image is for.
   * @default - none
   */
  readonly description?: string;
  /**
   * Labels for people and policies.
   * @default - none
   */
  readonly labels?: { [label: string]: string };
  /**
   * How long a run waits.
   * @default - 20 minutes each
   */
  readonly timeouts?: Timeouts;
}

/** A template: an image that VMs boot from. A change is for VMs that are made from then on. */
export class Template extends Construct implements ITemplate, ILabelled {
  /** The template of this id, which is somebody else's. */
  public static fromTemplateId(scope: Construct, id: string, templateId: string): ITemplate {
    return new ImportedTemplate(scope, id, templateId);
  }

  /** The template of this name, which Terraform looks up. */
  public static fromTemplateName(scope: Construct, id: string, templateName: string): ITemplate {
    const template = new ImportedTemplate(scope, id);
    template.templateId = new DataNovacronTemplate(template, 'Lookup', { name: templateName }).id;
    return template;
  }

  /** Id of the template. */
  public readonly templateId: string;
  /** Name of the template. */
  public readonly templateName: string;
  /** Number of what VMs are made from now; it rises with the image, for example. */
  public readonly templateVersion: number;
  private readonly resource: TemplateResource;
  private readonly networks: INetwork[];
  private labels: { [label: string]: string };

  public constructor(scope: Construct, id: string, props: TemplateProps) {
    super(scope, id);
    this.labels = { ...props.labels };
    this.networks = [...(props.networks ?? [])];
    this.resource = new TemplateResource(this, 'Resource', {
      name: props.templateName ?? deriveName(this),
      image: props.image.reference,
      imageChecksum: props.image.checksum,
      firmware: props.firmware?.word,
      architecture: props.architecture?.word,
      os: props.os,
      osVersion: props.osVersion,
      diskGbMin: props.diskMin?.toGibibytes(),
      userData: props.userData,
      networkIds: props.networks === undefined ? undefined : this.networkIds(),
      description: props.description,
      metadata: props.labels,
      timeouts: renderTimeouts(props.timeouts),
    });
    this.templateId = this.resource.id;
    this.templateName = this.resource.name;
    this.templateVersion = this.resource.version;
    registerChecks(this, this.resource);
  }

  /** Lets its VMs be connected to a network, and to no others but those that were named. */
  public allowNetwork(network: INetwork): void {
    this.networks.push(network);
    this.resource.networkIds = this.networkIds();
  }

  public hasLabel(label: string): boolean {
    return this.labels[label] !== undefined;
  }

  public addLabel(label: string, value: string): void {
    this.labels = { ...this.labels, [label]: value };
    this.resource.metadata = this.labels;
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
