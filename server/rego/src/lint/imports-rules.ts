// The rules of the category imports.

import { avoidImportingInput } from './imports/avoid-importing-input.ts';
import { circularImport } from './imports/circular-import.ts';
import { confusingAlias } from './imports/confusing-alias.ts';
import { ignoredImport } from './imports/ignored-import.ts';
import { implicitFutureKeywords } from './imports/implicit-future-keywords.ts';
import { importAfterRule } from './imports/import-after-rule.ts';
import { importShadowsBuiltin } from './imports/import-shadows-builtin.ts';
import { importShadowsImport } from './imports/import-shadows-import.ts';
import { pointlessImport } from './imports/pointless-import.ts';
import { preferPackageImports } from './imports/prefer-package-imports.ts';
import { redundantAlias } from './imports/redundant-alias.ts';
import { redundantDataImport } from './imports/redundant-data-import.ts';
import { unresolvedImport } from './imports/unresolved-import.ts';
import { unresolvedReference } from './imports/unresolved-reference.ts';
import { useRegoV1 } from './imports/use-rego-v1.ts';
import type { LintRule } from './source/model.ts';

/** In the order of their names. */
export const IMPORTS_RULES: readonly LintRule[] = [
  avoidImportingInput,
  circularImport,
  confusingAlias,
  ignoredImport,
  implicitFutureKeywords,
  importAfterRule,
  importShadowsBuiltin,
  importShadowsImport,
  pointlessImport,
  preferPackageImports,
  redundantAlias,
  redundantDataImport,
  unresolvedImport,
  unresolvedReference,
  useRegoV1,
];
