// Builtins whose result is another one the next time, though their operands are the same.

import type { IrFunction, IrProgram } from './ir.ts';

const VOLATILE: ReadonlySet<string> = new Set([
  'time.now_ns',
  'rand.intn',
  'uuid.rfc4122',
  // Without a time of its own it asks the clock; a signature may hold chance.
  'crypto.x509.parse_and_verify_certificates',
  'crypto.x509.parse_and_verify_certificates_with_options',
  'io.jwt.decode_verify',
  'io.jwt.encode_sign',
  'io.jwt.encode_sign_raw',
]);

/** The volatile builtins that a program calls, in alphabetical order. */
export function findVolatileBuiltins(program: IrProgram): readonly string[] {
  const found = new Set<string>();
  const visit = (statements: IrFunction['body']): void => {
    for (const statement of statements) {
      if (statement.kind === 'block' || statement.kind === 'scan') visit(statement.body);
      if (statement.kind === 'builtin' && VOLATILE.has(statement.name)) found.add(statement.name);
    }
  };
  for (const { body } of program.functions) visit(body);
  return [...found].sort();
}
