/** Reads templates: those of the tenant and the built-in ones, as one list. */

import { DEFAULT_TEMPLATE_NAME, Template } from '@novacron/contract/kinds/template/template';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Tables, TemplateRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { listItems } from '../../kernel/lists/list-items.ts';
import type { ListInput } from '../../kernel/lists/read-list.ts';
import { desiredRevisionOf, toAnswer } from '../../rows/answer-resource.ts';
import { OWN_PRINCIPALS } from '../../rows/own-principals.ts';
import { mapPage } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { ResourceDeps } from '../deps.ts';

/** Lists templates, by default in the order of their ids, which is that of their creation. */
export async function listTemplates(deps: ResourceDeps, input: ListInput, context: CallContext) {
  const { tenantId } = context.principal;
  const { builtIn, own } = await deps.store.snapshot({
    builtIn: { from: 'templates' },
    own: { from: 'tenant_templates', where: { tenant_id: tenantId }, damaged: 'blank' },
  });
  const { items, damaged } = mapPage({ items: own, next_cursor: null }, toTemplate);
  const all = [...builtIn.map((row) => toBuiltIn(row, tenantId)), ...items];
  const page = listItems({ operation: 'template.list', input, nowMs: deps.clock.nowMs() }, all);
  return page.ok && damaged !== undefined ? ok({ ...page.value, damaged }) : page;
}

/** Shows a template. */
export async function getTemplate(
  deps: ResourceDeps,
  id: string,
  context: CallContext,
): Promise<Result<Template, Problem>> {
  const { tenantId } = context.principal;
  const { builtIn, own } = await deps.store.snapshot({
    builtIn: { from: 'templates', where: { id } },
    own: { from: 'tenant_templates', where: { id, tenant_id: tenantId }, damaged: 'blank' },
  });
  const [found] = [...builtIn.map((row) => toBuiltIn(row, tenantId)), ...own.map(toTemplate)];
  return found === undefined ? err(notFound('template', id)) : ok(found);
}

function toTemplate(row: TemplateRow): Template {
  const { version, vm_count } = row;
  return Template.parse({ ...toAnswer(row), version, vm_count, built_in: false });
}

/** A built-in template is shown as one of the caller's tenant. */
function toBuiltIn(row: Tables['templates'], tenantId: string): Template {
  const at = toTimestamp(row.created_at_ms);
  const image = row.name === DEFAULT_TEMPLATE_NAME ? 'debian-12' : row.name;
  return Template.parse({
    ...JSON.parse(row.document_json),
    id: row.id,
    tenant_id: tenantId,
    name: row.name,
    image: `builtin:${image}`,
    revision: 1,
    desired_revision: desiredRevisionOf({ desired_json: row.document_json }),
    schema_version: 1,
    version: 1,
    built_in: true,
    vm_count: null,
    created_at: at,
    created_by: OWN_PRINCIPALS.novacron,
    updated_at: at,
    updated_by: OWN_PRINCIPALS.novacron,
  });
}
