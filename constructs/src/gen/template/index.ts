// https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface TemplateConfig extends cdktf.TerraformMetaArguments {
  /**
  * Processor architecture of the image. One of `x86_64`, `aarch64`. Default: `x86_64`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#architecture Template#architecture}
  */
  readonly architecture?: string;
  /**
  * Default number of cores of new VMs. Unit: cores. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#cpu_cores Template#cpu_cores}
  */
  readonly cpuCores?: number;
  /**
  * Description of the template. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#description Template#description}
  */
  readonly description?: string;
  /**
  * Default size of the root disk of new VMs; at least `disk_gb_min`. Unit: GB. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#disk_gb Template#disk_gb}
  */
  readonly diskGb?: number;
  /**
  * Minimum size of the root disk; a VM with a smaller one is refused. Unit: GB. Default: `1`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#disk_gb_min Template#disk_gb_min}
  */
  readonly diskGbMin?: number;
  /**
  * Boot firmware of VMs: `bios` or `uefi`. Default: `bios`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#firmware Template#firmware}
  */
  readonly firmware?: string;
  /**
  * Location of the image: an https address, `builtin:` and the name of a built-in template, or `uploaded:` and the file of an image that `novacron template upload` has sent. A change creates a new version; existing VMs are not affected. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#image Template#image}
  */
  readonly image: string;
  /**
  * SHA-256 of the image; nodes reject an image with another checksum. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#image_checksum Template#image_checksum}
  */
  readonly imageChecksum?: string;
  /**
  * Default memory of new VMs. Unit: GB. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#memory_gb Template#memory_gb}
  */
  readonly memoryGb?: number;
  /**
  * Labels of the template: names and values for people and policies. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#metadata Template#metadata}
  */
  readonly metadata?: { [key: string]: string };
  /**
  * Name of the template, unique within the tenant and among the built-in templates. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#name Template#name}
  */
  readonly name: string;
  /**
  * Id of the default network of new VMs; one of `network_ids`, if these are set. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#network_id Template#network_id}
  */
  readonly networkId?: string;
  /**
  * Ids of the networks to which VMs of the template can be connected. Default: all. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#network_ids Template#network_ids}
  */
  readonly networkIds?: string[];
  /**
  * Operating system in the image. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#os Template#os}
  */
  readonly os?: string;
  /**
  * Version of the operating system. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#os_version Template#os_version}
  */
  readonly osVersion?: string;
  /**
  * Time a run waits. An operation that takes longer continues on the server, and the next run finds its result; its create is tainted (`terraform untaint` keeps the resource). A change is live: only Terraform uses it.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#timeouts Template#timeouts}
  */
  readonly timeouts?: TemplateTimeouts;
  /**
  * Default cloud-init data of new VMs. Every user who may read templates can read it: put secrets into `user_data_wo` of the VM. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#user_data Template#user_data}
  */
  readonly userData?: string;
}
export interface TemplateTimeouts {
  /**
  * Time to wait for the create. Default: `20m`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#create Template#create}
  */
  readonly create?: string;
  /**
  * Time to wait for the delete. Default: `20m`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#delete Template#delete}
  */
  readonly delete?: string;
  /**
  * Time to wait for the update. Default: `20m`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#update Template#update}
  */
  readonly update?: string;
}

export function templateTimeoutsToTerraform(struct?: TemplateTimeouts | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    create: cdktf.stringToTerraform(struct!.create),
    delete: cdktf.stringToTerraform(struct!.delete),
    update: cdktf.stringToTerraform(struct!.update),
  }
}


export function templateTimeoutsToHclTerraform(struct?: TemplateTimeouts | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    create: {
      value: cdktf.stringToHclTerraform(struct!.create),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    delete: {
      value: cdktf.stringToHclTerraform(struct!.delete),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    update: {
      value: cdktf.stringToHclTerraform(struct!.update),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class TemplateTimeoutsOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): TemplateTimeouts | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._create !== undefined) {
      hasAnyValues = true;
      internalValueResult.create = this._create;
    }
    if (this._delete !== undefined) {
      hasAnyValues = true;
      internalValueResult.delete = this._delete;
    }
    if (this._update !== undefined) {
      hasAnyValues = true;
      internalValueResult.update = this._update;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: TemplateTimeouts | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._create = undefined;
      this._delete = undefined;
      this._update = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._create = value.create;
      this._delete = value.delete;
      this._update = value.update;
    }
  }

  // create - computed: false, optional: true, required: false
  private _create?: string; 
  public get create() {
    return this.getStringAttribute('create');
  }
  public set create(value: string) {
    this._create = value;
  }
  public resetCreate() {
    this._create = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get createInput() {
    return this._create;
  }

  // delete - computed: false, optional: true, required: false
  private _delete?: string; 
  public get delete() {
    return this.getStringAttribute('delete');
  }
  public set delete(value: string) {
    this._delete = value;
  }
  public resetDelete() {
    this._delete = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get deleteInput() {
    return this._delete;
  }

  // update - computed: false, optional: true, required: false
  private _update?: string; 
  public get update() {
    return this.getStringAttribute('update');
  }
  public set update(value: string) {
    this._update = value;
  }
  public resetUpdate() {
    this._update = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get updateInput() {
    return this._update;
  }
}

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template novacron_template}
*/
export class Template extends cdktf.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron_template";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a Template resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the Template to import
  * @param importFromId The id of the existing Template that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the Template to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron_template", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/template novacron_template} Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options TemplateConfig
  */
  public constructor(scope: Construct, id: string, config: TemplateConfig) {
    super(scope, id, {
      terraformResourceType: 'novacron_template',
      terraformGeneratorMetadata: {
        providerName: 'novacron',
        providerVersionConstraint: '~> 0.1.0'
      },
      provider: config.provider,
      dependsOn: config.dependsOn,
      count: config.count,
      lifecycle: config.lifecycle,
      provisioners: config.provisioners,
      connection: config.connection,
      forEach: config.forEach
    });
    this._architecture = config.architecture;
    this._cpuCores = config.cpuCores;
    this._description = config.description;
    this._diskGb = config.diskGb;
    this._diskGbMin = config.diskGbMin;
    this._firmware = config.firmware;
    this._image = config.image;
    this._imageChecksum = config.imageChecksum;
    this._memoryGb = config.memoryGb;
    this._metadata = config.metadata;
    this._name = config.name;
    this._networkId = config.networkId;
    this._networkIds = config.networkIds;
    this._os = config.os;
    this._osVersion = config.osVersion;
    this._timeouts.internalValue = config.timeouts;
    this._userData = config.userData;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // architecture - computed: true, optional: true, required: false
  private _architecture?: string; 
  public get architecture() {
    return this.getStringAttribute('architecture');
  }
  public set architecture(value: string) {
    this._architecture = value;
  }
  public resetArchitecture() {
    this._architecture = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get architectureInput() {
    return this._architecture;
  }

  // built_in - computed: true, optional: false, required: false
  public get builtIn() {
    return this.getBooleanAttribute('built_in');
  }

  // cpu_cores - computed: false, optional: true, required: false
  private _cpuCores?: number; 
  public get cpuCores() {
    return this.getNumberAttribute('cpu_cores');
  }
  public set cpuCores(value: number) {
    this._cpuCores = value;
  }
  public resetCpuCores() {
    this._cpuCores = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get cpuCoresInput() {
    return this._cpuCores;
  }

  // description - computed: false, optional: true, required: false
  private _description?: string; 
  public get description() {
    return this.getStringAttribute('description');
  }
  public set description(value: string) {
    this._description = value;
  }
  public resetDescription() {
    this._description = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get descriptionInput() {
    return this._description;
  }

  // disk_gb - computed: false, optional: true, required: false
  private _diskGb?: number; 
  public get diskGb() {
    return this.getNumberAttribute('disk_gb');
  }
  public set diskGb(value: number) {
    this._diskGb = value;
  }
  public resetDiskGb() {
    this._diskGb = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get diskGbInput() {
    return this._diskGb;
  }

  // disk_gb_min - computed: true, optional: true, required: false
  private _diskGbMin?: number; 
  public get diskGbMin() {
    return this.getNumberAttribute('disk_gb_min');
  }
  public set diskGbMin(value: number) {
    this._diskGbMin = value;
  }
  public resetDiskGbMin() {
    this._diskGbMin = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get diskGbMinInput() {
    return this._diskGbMin;
  }

  // firmware - computed: true, optional: true, required: false
  private _firmware?: string; 
  public get firmware() {
    return this.getStringAttribute('firmware');
  }
  public set firmware(value: string) {
    this._firmware = value;
  }
  public resetFirmware() {
    this._firmware = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get firmwareInput() {
    return this._firmware;
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // image - computed: false, optional: false, required: true
  private _image?: string; 
  public get image() {
    return this.getStringAttribute('image');
  }
  public set image(value: string) {
    this._image = value;
  }
  // Temporarily expose input value. Use with caution.
  public get imageInput() {
    return this._image;
  }

  // image_checksum - computed: false, optional: true, required: false
  private _imageChecksum?: string; 
  public get imageChecksum() {
    return this.getStringAttribute('image_checksum');
  }
  public set imageChecksum(value: string) {
    this._imageChecksum = value;
  }
  public resetImageChecksum() {
    this._imageChecksum = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get imageChecksumInput() {
    return this._imageChecksum;
  }

  // memory_gb - computed: false, optional: true, required: false
  private _memoryGb?: number; 
  public get memoryGb() {
    return this.getNumberAttribute('memory_gb');
  }
  public set memoryGb(value: number) {
    this._memoryGb = value;
  }
  public resetMemoryGb() {
    this._memoryGb = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get memoryGbInput() {
    return this._memoryGb;
  }

  // metadata - computed: false, optional: true, required: false
  private _metadata?: { [key: string]: string }; 
  public get metadata() {
    return this.getStringMapAttribute('metadata');
  }
  public set metadata(value: { [key: string]: string }) {
    this._metadata = value;
  }
  public resetMetadata() {
    this._metadata = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get metadataInput() {
    return this._metadata;
  }

  // metadata_all - computed: true, optional: false, required: false
  private _metadataAll = new cdktf.StringMap(this, "metadata_all");
  public get metadataAll() {
    return this._metadataAll;
  }

  // name - computed: false, optional: false, required: true
  private _name?: string; 
  public get name() {
    return this.getStringAttribute('name');
  }
  public set name(value: string) {
    this._name = value;
  }
  // Temporarily expose input value. Use with caution.
  public get nameInput() {
    return this._name;
  }

  // network_id - computed: false, optional: true, required: false
  private _networkId?: string; 
  public get networkId() {
    return this.getStringAttribute('network_id');
  }
  public set networkId(value: string) {
    this._networkId = value;
  }
  public resetNetworkId() {
    this._networkId = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get networkIdInput() {
    return this._networkId;
  }

  // network_ids - computed: false, optional: true, required: false
  private _networkIds?: string[]; 
  public get networkIds() {
    return cdktf.Fn.tolist(this.getListAttribute('network_ids'));
  }
  public set networkIds(value: string[]) {
    this._networkIds = value;
  }
  public resetNetworkIds() {
    this._networkIds = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get networkIdsInput() {
    return this._networkIds;
  }

  // os - computed: false, optional: true, required: false
  private _os?: string; 
  public get os() {
    return this.getStringAttribute('os');
  }
  public set os(value: string) {
    this._os = value;
  }
  public resetOs() {
    this._os = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get osInput() {
    return this._os;
  }

  // os_version - computed: false, optional: true, required: false
  private _osVersion?: string; 
  public get osVersion() {
    return this.getStringAttribute('os_version');
  }
  public set osVersion(value: string) {
    this._osVersion = value;
  }
  public resetOsVersion() {
    this._osVersion = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get osVersionInput() {
    return this._osVersion;
  }

  // timeouts - computed: false, optional: true, required: false
  private _timeouts = new TemplateTimeoutsOutputReference(this, "timeouts");
  public get timeouts() {
    return this._timeouts;
  }
  public putTimeouts(value: TemplateTimeouts) {
    this._timeouts.internalValue = value;
  }
  public resetTimeouts() {
    this._timeouts.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get timeoutsInput() {
    return this._timeouts.internalValue;
  }

  // user_data - computed: false, optional: true, required: false
  private _userData?: string; 
  public get userData() {
    return this.getStringAttribute('user_data');
  }
  public set userData(value: string) {
    this._userData = value;
  }
  public resetUserData() {
    this._userData = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get userDataInput() {
    return this._userData;
  }

  // version - computed: true, optional: false, required: false
  public get version() {
    return this.getNumberAttribute('version');
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      architecture: cdktf.stringToTerraform(this._architecture),
      cpu_cores: cdktf.numberToTerraform(this._cpuCores),
      description: cdktf.stringToTerraform(this._description),
      disk_gb: cdktf.numberToTerraform(this._diskGb),
      disk_gb_min: cdktf.numberToTerraform(this._diskGbMin),
      firmware: cdktf.stringToTerraform(this._firmware),
      image: cdktf.stringToTerraform(this._image),
      image_checksum: cdktf.stringToTerraform(this._imageChecksum),
      memory_gb: cdktf.numberToTerraform(this._memoryGb),
      metadata: cdktf.hashMapper(cdktf.stringToTerraform)(this._metadata),
      name: cdktf.stringToTerraform(this._name),
      network_id: cdktf.stringToTerraform(this._networkId),
      network_ids: cdktf.listMapper(cdktf.stringToTerraform, false)(this._networkIds),
      os: cdktf.stringToTerraform(this._os),
      os_version: cdktf.stringToTerraform(this._osVersion),
      timeouts: templateTimeoutsToTerraform(this._timeouts.internalValue),
      user_data: cdktf.stringToTerraform(this._userData),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      architecture: {
        value: cdktf.stringToHclTerraform(this._architecture),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      cpu_cores: {
        value: cdktf.numberToHclTerraform(this._cpuCores),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      description: {
        value: cdktf.stringToHclTerraform(this._description),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      disk_gb: {
        value: cdktf.numberToHclTerraform(this._diskGb),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      disk_gb_min: {
        value: cdktf.numberToHclTerraform(this._diskGbMin),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      firmware: {
        value: cdktf.stringToHclTerraform(this._firmware),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      image: {
        value: cdktf.stringToHclTerraform(this._image),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      image_checksum: {
        value: cdktf.stringToHclTerraform(this._imageChecksum),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      memory_gb: {
        value: cdktf.numberToHclTerraform(this._memoryGb),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      metadata: {
        value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(this._metadata),
        isBlock: false,
        type: "map",
        storageClassType: "stringMap",
      },
      name: {
        value: cdktf.stringToHclTerraform(this._name),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      network_id: {
        value: cdktf.stringToHclTerraform(this._networkId),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      network_ids: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._networkIds),
        isBlock: false,
        type: "set",
        storageClassType: "stringList",
      },
      os: {
        value: cdktf.stringToHclTerraform(this._os),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      os_version: {
        value: cdktf.stringToHclTerraform(this._osVersion),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      timeouts: {
        value: templateTimeoutsToHclTerraform(this._timeouts.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "TemplateTimeouts",
      },
      user_data: {
        value: cdktf.stringToHclTerraform(this._userData),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
