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
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<noscript>This page needs JavaScript; <a href="/docs/plain">/docs/plain</a> does not.</noscript>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** Colours of the library that are too pale on their grounds (WCAG 2.1, 1.4.3). */
const STYLE = `
.swagger-ui .info .title small, .swagger-ui .info .title small.version-stamp {
  background: #4a5763;
}
.swagger-ui .info .url, .swagger-ui .info a { color: #005f9e; }
.swagger-ui .btn.authorize, .swagger-ui .btn.authorize span { color: #00694f; }
.swagger-ui .btn.authorize { border-color: #00694f; }
.swagger-ui .btn.authorize svg { fill: #00694f; }
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
// The list of operations has no heading of its own, and those in it are of the third level.
const headed = () => ({
  wrapComponents: {
    operations: (Original, { React }) => (props) =>
      React.createElement(
        React.Fragment,
        null,
        React.createElement('h2', null, 'Operations'),
        React.createElement(Original, props),
      ),
  },
});
// The menu of servers stands in an empty label, and what is above the list in no landmark.
const nameParts = () => {
  const name = (element, label, role) => {
    if (element === null) return;
    element.setAttribute('aria-label', label);
    if (role !== undefined) element.setAttribute('role', role);
  };
  name(document.getElementById('servers'), 'Server');
  name(document.querySelector('.information-container'), 'About', 'region');
  name(document.querySelector('.scheme-container'), 'Servers and keys', 'region');
  const filter = document.querySelector('.filter-container');
  if (filter !== null) name(filter.parentElement, 'Filter', 'search');
};
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
  plugins: [search, headed],
  onComplete: nameParts,
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
    '/docs/style.css': (_request, response) => {
      response.set('Content-Type', 'text/css; charset=utf-8').end(STYLE);
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
