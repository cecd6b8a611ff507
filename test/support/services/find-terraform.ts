/** Terraform. */
import { findProgram } from './find-program.ts';

/** Path of the program. */
export function findTerraform(): string {
  return findProgram({ name: 'terraform', install: 'Terraform 1.11 or later' });
}
