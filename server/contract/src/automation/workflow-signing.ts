/**
 * Signed content of a workflow or a runbook: its text and its bundle. The line beneath the text,
 * and the keys, are those of policies.
 */
import type { BundleFile } from './bundle.ts';

/** The files of a bundle as a text, whose SHA-256 is its digest; their order does not count. */
export function textOfBundle(files: readonly BundleFile[]): string {
  return JSON.stringify(files.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
}

/** Stands before what is signed, so that the signature of a policy is none of a workflow. */
const DOMAIN = 'novacron workflow v1\n';

/**
 * The bytes that an author signs, as text: UTF-8.
 * @param text - as `textToSign` returns it
 * @param bundle - SHA-256 of {@link textOfBundle}, hexadecimal; null where it has no files
 */
export function bytesOfWorkflow(text: string, bundle: string | null): string {
  return `${DOMAIN}${bundle ?? 'no bundle'}\n${text}`;
}
