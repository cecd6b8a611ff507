/**
 * Writes the schema of what policies are asked as a module, so that compilers of policies need not
 * load the operations table:
 * `node server/dist/transports/reference/print-policy-input.js server/contract/src/gen`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPolicyInputModule } from './policy-input-module.ts';

const [, , folder = 'server/contract/src/gen'] = process.argv;
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'policy-input-schema.ts'), toPolicyInputModule());
