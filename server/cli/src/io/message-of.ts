/** The message of what was thrown. */
export function messageOf(cause: unknown): string {
  const { message } = Object(cause);
  return typeof message === 'string' ? message : String(cause);
}
