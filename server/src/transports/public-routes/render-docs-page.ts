/** Renders the OpenAPI document as one page without scripts or outside addresses. */
import { isRecord, type Json, type JsonObject } from '@novacron/contract/json';
import { DOCS_STYLE } from './docs-style.ts';

/**
 * The page of `/docs`.
 * @param document - an OpenAPI 3.0 document
 * @returns a complete HTML document; everything from the document is escaped
 */
export function renderDocsPage(document: JsonObject): string {
  const info = objectAt(document, 'info');
  const title = escapeHtml(`${textAt(info, 'title')} ${textAt(info, 'version')}`);
  const prefix = textAt(asObject(listAt(document, 'servers')[0]), 'url');
  const operations = Object.entries(objectAt(document, 'paths')).flatMap(([path, methods]) =>
    // What has no operationId is not an operation but says something about all of the path.
    Object.entries(asObject(methods))
      .map(([method, operation]) => ({
        path: `${prefix}${path}`,
        method: method.toUpperCase(),
        operation: asObject(operation),
      }))
      .filter(({ operation }) => 'operationId' in operation),
  );
  const schemas = Object.entries(objectAt(objectAt(document, 'components'), 'schemas'));
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title}</title><style>${DOCS_STYLE}</style></head><body>`,
    `<h1>${title}</h1><p>${escapeHtml(textAt(info, 'description'))}</p>`,
    '<p>For programs: <a href="/openapi.json">openapi.json</a></p>',
    '<h2>Operations</h2>',
    ...operations.map(renderOperation),
    '<h2>Schemas</h2>',
    ...schemas.map(renderSchema),
    '</body></html>',
  ].join('\n');
}

function renderOperation(entry: {
  readonly path: string;
  readonly method: string;
  readonly operation: JsonObject;
}): string {
  const { path, method, operation } = entry;
  const body = objectAt(operation, 'requestBody');
  return [
    `<details id="${escapeHtml(textAt(operation, 'operationId'))}">`,
    `<summary><strong>${escapeHtml(textAt(operation, 'operationId'))}</strong> `,
    `<code>${method} ${escapeHtml(path)}</code> `,
    `${escapeHtml(textAt(operation, 'summary'))}</summary>`,
    `<p>${escapeHtml(textAt(operation, 'description'))}</p>`,
    renderParameters(listAt(operation, 'parameters').map(asObject)),
    Object.keys(body).length === 0 ? '' : `<h3>Body</h3>${renderJson(body)}`,
    `<h3>Answers</h3>${renderAnswers(objectAt(operation, 'responses'))}`,
    '</details>',
  ].join('');
}

function renderParameters(parameters: readonly JsonObject[]): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map((parameter) => {
    const cells = [
      `<code>${escapeHtml(textAt(parameter, 'name'))}</code>`,
      escapeHtml(textAt(parameter, 'in')) + (parameter.required === true ? ', required' : ''),
      escapeHtml(textAt(parameter, 'description')),
      `<code>${escapeHtml(JSON.stringify(parameter.schema ?? {}))}</code>`,
    ];
    return `<tr><td>${cells.join('</td><td>')}</td></tr>`;
  });
  const head = '<tr><th>Name</th><th>In</th><th>Meaning</th><th>Schema</th></tr>';
  return `<h3>Parameters</h3><table>${head}${rows.join('')}</table>`;
}

function renderAnswers(responses: JsonObject): string {
  const rows = Object.entries(responses).map(([status, response]) => {
    const words = escapeHtml(textAt(asObject(response), 'description'));
    return `<tr><td>${escapeHtml(status)}</td><td>${words}</td></tr>`;
  });
  return `<table><tr><th>Status</th><th>Meaning</th></tr>${rows.join('')}</table>`;
}

function renderSchema([name, schema]: [string, Json]): string {
  const id = escapeHtml(`schema-${name}`);
  const summary = `<summary><code>${escapeHtml(name)}</code></summary>`;
  return `<details id="${id}">${summary}${renderJson(schema)}</details>`;
}

function renderJson(value: Json): string {
  return `<pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function asObject(value: Json | undefined): JsonObject {
  return isRecord(value) ? value : {};
}

function objectAt(value: JsonObject, key: string): JsonObject {
  return asObject(value[key]);
}

function textAt(value: JsonObject, key: string): string {
  const member = value[key];
  return typeof member === 'string' ? member : '';
}

function listAt(value: JsonObject, key: string): readonly Json[] {
  const member = value[key];
  return Array.isArray(member) ? member : [];
}
