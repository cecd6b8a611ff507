/** The default handler for faults of subscribers and responders. */

/** Makes a fault a warning of the process. */
export function warnOfFault(subject: string, cause: unknown): void {
  process.emitWarning(`${subject}: ${cause instanceof Error ? cause.stack : String(cause)}`);
}
