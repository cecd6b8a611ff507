/**
 * Data documents of a tenant: JSON values that its policies read below `data`. Each change of a
 * document is a new version, which the server signs. Source of the idea: base documents of OPA.
 */
import { z } from 'zod';
import { PolicyDataId } from '../../ids.ts';
import { PrincipalName, Timestamp } from '../../schema/resource.ts';
import { PolicyVersionSignature } from './policy-signing.ts';

/** A longer document is not configuration any more. Unit: characters of JSON. */
export const DATA_DOCUMENT_LENGTH_MAX = 262_144;

/** Deeper values are refused. Unit: levels. */
export const DATA_DEPTH_MAX = 64;

/** Documents of a tenant. */
export const DATA_DOCUMENTS_MAX = 100;

/** All documents of a tenant together: a policy may read all of them. Unit: characters. */
export const DATA_TENANT_LENGTH_MAX = 1_048_576;

const PATH_LENGTH_MAX = 128;

/** Path of a document below `data`: names joined by dots, in Rego notation. */
export const DataPath = z
  .string()
  .max(PATH_LENGTH_MAX, { abort: true })
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*(?:[.][A-Za-z_][A-Za-z0-9_]*)*$/,
    'must be names of letters, digits and underscores, joined by dots, such as limits.teams',
  );

/** A JSON value as text. */
const DocumentText = z
  .string()
  .max(DATA_DOCUMENT_LENGTH_MAX, { abort: true })
  .refine(isJsonText, { error: `must be JSON of at most ${DATA_DEPTH_MAX} levels` });

const document = DocumentText.describe('Value of the document, as JSON text');

/** Fields of a request to create a document. */
export const PolicyDataCreate = z.strictObject({
  path: DataPath.describe(
    'Path below `data`: policies read the document of `limits.teams` as `data.limits.teams`',
  ),
  document,
});

/** Fields of a request to update a document. */
export const PolicyDataUpdate = z.strictObject({ document });

/** A document without its value. */
export const PolicyDataSummary = z.looseObject({
  id: PolicyDataId,
  path: DataPath.describe('Path below `data`'),
  version: z.int().describe('Version of the document; increases when its value changes'),
  sha256: z.string().describe('SHA-256 of the JSON text, hexadecimal'),
  size_bytes: z.int().describe('Size of the JSON text. Unit: bytes'),
  revision: z.int().describe('Increases with each change; the ETag'),
  created_at: Timestamp,
  created_by: PrincipalName,
  updated_at: Timestamp,
  updated_by: PrincipalName,
});
export type PolicyDataSummary = z.infer<typeof PolicyDataSummary>;

/** A document as answers carry it. */
export const PolicyData = PolicyDataSummary.extend({
  document: z.string().describe('Value of the document, as JSON text without spaces'),
  signature: PolicyVersionSignature.nullable().describe(
    'Signature of the server; null if the server does not sign policies',
  ),
});
export type PolicyData = z.infer<typeof PolicyData>;

/** A value that a document has, or had. */
export const PolicyDataVersion = z.looseObject({
  version: z.int().describe('Version of the document'),
  sha256: z.string().describe('SHA-256 of the JSON text, hexadecimal'),
  size_bytes: z.int().describe('Size of the JSON text. Unit: bytes'),
  signature: PolicyVersionSignature.nullable().describe(
    'Signature of the server; null if the server does not sign policies',
  ),
  created_at: Timestamp,
  created_by: PrincipalName,
});
export type PolicyDataVersion = z.infer<typeof PolicyDataVersion>;

function isJsonText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isWithin(value, DATA_DEPTH_MAX);
  } catch {
    return false;
  }
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isWithin(inner, levels - 1));
}
