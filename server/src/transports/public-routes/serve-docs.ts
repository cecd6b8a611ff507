/**
 * `/docs`: Swagger UI over our own OpenAPI document, served by this server. It loads nothing from
 * elsewhere, and a content security policy of its own allows it to.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ExchangeHandler } from '../http/exchange.ts';

/** Scripts, styles and requests of this server only; the style sheet has its icons in itself. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';');

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>NovaCron API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<noscript>This page needs JavaScript; <a href="/docs/plain">/docs/plain</a> does not.</noscript>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/**
 * Starts the page. The library's own filter finds tags only, so it is replaced by a search for all
 * words in name, path and summary of each operation. Nothing is kept in the browser.
 */
const START = `'use strict';
const search = () => ({
  fn: {
    opsFilter: (groups, phrase) => {
      const words = phrase.toLowerCase().split(/\\s+/).filter((word) => word !== '');
      const isFound = (entry) => {
        const operation = entry.get('operation');
        const text = [
          entry.get('method'),
          entry.get('path'),
          operation.get('operationId'),
          operation.get('summary'),
        ].join(' ').toLowerCase();
        return words.every((word) => text.includes(word));
      };
      return groups
        .map((group) => group.update('operations', (entries) => entries.filter(isFound)))
        .filter((group) => group.get('operations').size > 0);
    },
  },
});
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  defaultModelsExpandDepth: 0,
  displayOperationId: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
  plugins: [search],
});
`;

/** The files of the package that the page needs, with their media types. */
const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

/** A release of the server has one version of them. Unit: seconds. */
const CACHE_S = 3_600;

/** The handlers by path. */
export function docsRoutes(): Readonly<Record<string, ExchangeHandler>> {
  const files = Object.entries(FILES).map(([name, type]): [string, ExchangeHandler] => [
    `/docs/${name}`,
    async (_request, response) => {
      response.set('Cache-Control', `public, max-age=${CACHE_S}`);
      response.set('Content-Type', type).end(await readFile(join(packageFolder(), name)));
    },
  ]);
  return {
    ...Object.fromEntries(files),
    '/docs': (_request, response) => {
      response.set('Content-Security-Policy', POLICY);
      response.set('Content-Type', 'text/html; charset=utf-8').end(PAGE);
    },
    '/docs/start.js': (_request, response) => {
      response.set('Content-Type', 'text/javascript; charset=utf-8').end(START);
    },
  };
}

const require = createRequire(import.meta.url);

function packageFolder(): string {
  return dirname(require.resolve('swagger-ui-dist/package.json'));
}
