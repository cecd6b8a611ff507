/** The reference in docs is what the contract says now. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { operationNames } from '@novacron/contract/operations-table/operations';
import { graphqlSchemaText } from '../graphql/schema-text.ts';
import { formatJson } from './format-json.ts';
import { toJsonRpcDocument } from './json-rpc-document.ts';
import { toPolicyInputModule } from './policy-input-module.ts';
import { referenceFiles } from './reference-files.ts';

const FOLDER = join(import.meta.dirname, '../../../../docs/reference');
const files = { ...referenceFiles(), 'schema.graphql': graphqlSchemaText() };

describe('the reference', () => {
  test.each(Object.keys(files))('%s in docs is up to date; else generate it again', (name) => {
    expect(readFileSync(join(FOLDER, name), 'utf8')).toBe(new Map(Object.entries(files)).get(name));
  });

  test('has the input of policies as a module, too; else generate it again', () => {
    const gen = join(import.meta.dirname, '../../../contract/src/gen/policy-input-schema.ts');
    expect(readFileSync(gen, 'utf8')).toBe(toPolicyInputModule());
  });

  test('names every operation as a method of JSON-RPC', () => {
    expect(toJsonRpcDocument().methods).toEqual(
      operationNames().map((name) => expect.objectContaining({ name })),
    );
  });

  test('leads nowhere that is not there', () => {
    const text = referenceFiles()['json-rpc.json'] ?? '';
    const document = JSON.parse(text);
    const targets = [...text.matchAll(/"\$ref": "#\/components\/schemas\/([^"]+)"/g)];
    for (const [, id = ''] of targets) expect(document.components.schemas).toHaveProperty([id]);
    expect(targets.length).toBeGreaterThan(operationNames().length);
  });

  test('has lists on one line where they fit, objects never', () => {
    expect(formatJson({ a: [1, 'b'], c: [{ d: [] }], e: {} })).toBe(
      '{\n  "a": [1, "b"],\n  "c": [\n    {\n      "d": []\n    }\n  ],\n  "e": {}\n}\n',
    );
  });
});
