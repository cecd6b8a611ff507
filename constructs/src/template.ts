import { Construct } from 'constructs';
import { DataNovacronTemplate } from './gen/data-novacron-template/index.ts';
import type { ITemplate } from './references.ts';

/** Templates that are there already. */
export class Template {
  /** The template of this id. */
  public static fromTemplateId(scope: Construct, id: string, templateId: string): ITemplate {
    return new ImportedTemplate(scope, id, templateId);
  }

  /** The template of this name, which Terraform looks up. */
  public static fromTemplateName(scope: Construct, id: string, templateName: string): ITemplate {
    const template = new ImportedTemplate(scope, id);
    template.templateId = new DataNovacronTemplate(template, 'Lookup', { name: templateName }).id;
    return template;
  }

  private constructor() {}
}

class ImportedTemplate extends Construct implements ITemplate {
  public templateId: string;

  public constructor(scope: Construct, id: string, templateId = '') {
    super(scope, id);
    this.templateId = templateId;
  }
}
