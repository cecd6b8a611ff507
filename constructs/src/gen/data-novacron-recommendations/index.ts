// https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/recommendations
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface DataNovacronRecommendationsConfig extends cdktf.TerraformMetaArguments {
  /**
  * Only those of this source: `right_sizing`, `capacity` or `optimizer`. Default: all.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/recommendations#source DataNovacronRecommendations#source}
  */
  readonly source?: string;
}
export interface DataNovacronRecommendationsRecommendations {
}

export function dataNovacronRecommendationsRecommendationsToTerraform(struct?: DataNovacronRecommendationsRecommendations): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
  }
}


export function dataNovacronRecommendationsRecommendationsToHclTerraform(struct?: DataNovacronRecommendationsRecommendations): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
  };
  return attrs;
}

export class DataNovacronRecommendationsRecommendationsOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param complexObjectIndex the index of this item in the list
  * @param complexObjectIsFromSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string, complexObjectIndex: number, complexObjectIsFromSet: boolean) {
    super(terraformResource, terraformAttribute, complexObjectIsFromSet, complexObjectIndex);
  }

  public get internalValue(): DataNovacronRecommendationsRecommendations | undefined {
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: DataNovacronRecommendationsRecommendations | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
    }
  }

  // confidence - computed: true, optional: false, required: false
  public get confidence() {
    return this.getNumberAttribute('confidence');
  }

  // estimated_improvement - computed: true, optional: false, required: false
  public get estimatedImprovement() {
    return this.getNumberAttribute('estimated_improvement');
  }

  // hcl - computed: true, optional: false, required: false
  public get hcl() {
    return this.getListAttribute('hcl');
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // improvement_lower - computed: true, optional: false, required: false
  public get improvementLower() {
    return this.getNumberAttribute('improvement_lower');
  }

  // improvement_upper - computed: true, optional: false, required: false
  public get improvementUpper() {
    return this.getNumberAttribute('improvement_upper');
  }

  // needs_approval - computed: true, optional: false, required: false
  public get needsApproval() {
    return this.getBooleanAttribute('needs_approval');
  }

  // risks - computed: true, optional: false, required: false
  public get risks() {
    return this.getListAttribute('risks');
  }

  // source - computed: true, optional: false, required: false
  public get source() {
    return this.getStringAttribute('source');
  }

  // subject_id - computed: true, optional: false, required: false
  public get subjectId() {
    return this.getStringAttribute('subject_id');
  }

  // subject_kind - computed: true, optional: false, required: false
  public get subjectKind() {
    return this.getStringAttribute('subject_kind');
  }

  // subject_name - computed: true, optional: false, required: false
  public get subjectName() {
    return this.getStringAttribute('subject_name');
  }

  // target - computed: true, optional: false, required: false
  public get target() {
    return this.getStringAttribute('target');
  }

  // title - computed: true, optional: false, required: false
  public get title() {
    return this.getStringAttribute('title');
  }
}

export class DataNovacronRecommendationsRecommendationsList extends cdktf.ComplexList {

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param wrapsSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  constructor(protected terraformResource: cdktf.IInterpolatingParent, protected terraformAttribute: string, protected wrapsSet: boolean) {
    super(terraformResource, terraformAttribute, wrapsSet)
  }

  /**
  * @param index the index of the item to return
  */
  public get(index: number): DataNovacronRecommendationsRecommendationsOutputReference {
    return new DataNovacronRecommendationsRecommendationsOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/recommendations novacron_recommendations}
*/
export class DataNovacronRecommendations extends cdktf.TerraformDataSource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron_recommendations";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a DataNovacronRecommendations resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the DataNovacronRecommendations to import
  * @param importFromId The id of the existing DataNovacronRecommendations that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/recommendations#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the DataNovacronRecommendations to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron_recommendations", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/recommendations novacron_recommendations} Data Source
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options DataNovacronRecommendationsConfig = {}
  */
  public constructor(scope: Construct, id: string, config: DataNovacronRecommendationsConfig = {}) {
    super(scope, id, {
      terraformResourceType: 'novacron_recommendations',
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
    this._source = config.source;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // recommendations - computed: true, optional: false, required: false
  private _recommendations = new DataNovacronRecommendationsRecommendationsList(this, "recommendations", false);
  public get recommendations() {
    return this._recommendations;
  }

  // source - computed: false, optional: true, required: false
  private _source?: string; 
  public get source() {
    return this.getStringAttribute('source');
  }
  public set source(value: string) {
    this._source = value;
  }
  public resetSource() {
    this._source = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get sourceInput() {
    return this._source;
  }

  // total - computed: true, optional: false, required: false
  public get total() {
    return this.getNumberAttribute('total');
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      source: cdktf.stringToTerraform(this._source),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      source: {
        value: cdktf.stringToHclTerraform(this._source),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
