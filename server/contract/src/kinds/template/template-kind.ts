/** The kind `template`: its Terraform type, fields, noun and quotas. */
import { TemplateId } from '../../ids.ts';
import type { ResourceDefinition } from '../../schema/resource-definition.ts';
import { TEMPLATE_FIELDS, Template } from './template.ts';

/** The definition of the kind. */
export const templateKind = {
  type: 'novacron_template',
  table: TEMPLATE_FIELDS,
  resource: Template,
  noun: {
    words: 'template',
    description: 'Templates: images that VMs boot from',
    id: TemplateId,
    prefix: 'tpl',
  },
  terraform: {
    resource:
      'A template: an image that VMs boot from. A change affects VMs that are created later; ' +
      'existing VMs keep the version that they were created from.',
    dataSource: 'A template: an image that VMs boot from, one of the tenant or a built-in one.',
  },
  quotas: { templates: { description: 'Templates of the tenant' } },
} as const satisfies ResourceDefinition;
