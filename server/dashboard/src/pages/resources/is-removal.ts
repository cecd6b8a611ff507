/** Writes that take something away for good. */

/** Tests whether an operation does; its dialog asks for the name. */
export function isRemoval(operation: string): boolean {
  return /[.](delete|fence|confirm_dead|cut_off)$/.test(operation);
}
