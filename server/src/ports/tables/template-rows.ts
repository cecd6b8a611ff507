/** Rows about templates of tenants: the templates, and what each version of one said. */

/** Columns of `tenant_templates` besides those of every resource. */
export interface TemplateColumns {
  /** Version from which VMs are created; `template_versions` contains every version. */
  readonly version: number;
  /** VMs that were made from it; a template in use cannot be deleted. */
  readonly vm_count: number;
}

/** A row of `template_versions`; the id is the template and the version joined by `/`. */
export interface TemplateVersionRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly template_id: string;
  readonly version: number;
  /** Sealed where the store seals: user data may hold more than it should. */
  readonly document_json: string;
}
