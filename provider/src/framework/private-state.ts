import type { Diagnostic } from './diagnostics/diagnostics.ts';

/** JSON, as private state stores it. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/**
 * Data of a resource beside its state. Terraform stores it but does not show it. It is not
 * encrypted and must not contain secrets.
 */
export interface PrivateState {
  get(key: string): Json | undefined;
  set(key: string, value: Json): void;
  delete(key: string): void;
}

/** Private state of the resource and of the framework. */
export interface PrivateRecord {
  readonly values: PrivateState;
  /** Set from import until the end of the first read. */
  imported: boolean;
  /** Errors of the plan of a create that its apply raises. */
  refusals: readonly Diagnostic[];
  encode(): Buffer;
}

interface Stored {
  readonly imported?: boolean;
  readonly refusals?: readonly Diagnostic[];
  readonly values?: { readonly [key: string]: Json };
}

/**
 * Opens stored private state.
 * @param bytes - what an earlier response carried; empty for a new object
 * @returns the record; unreadable bytes, such as another provider's, count as empty
 */
export function openPrivateState(bytes: Uint8Array): PrivateRecord {
  const stored = parseStored(bytes);
  const values = new Map(Object.entries(stored.values ?? {}));
  return {
    values: {
      get: (key) => values.get(key),
      set: (key, value) => void values.set(key, value),
      delete: (key) => void values.delete(key),
    },
    imported: stored.imported === true,
    refusals: stored.refusals ?? [],
    encode() {
      const isRefused = this.refusals.length > 0;
      if (values.size === 0 && !this.imported && !isRefused) return Buffer.alloc(0);
      const mark = this.imported ? { imported: true } : {};
      const refused = isRefused ? { refusals: this.refusals } : {};
      const next: Stored = { ...mark, ...refused, values: Object.fromEntries(values) };
      return Buffer.from(JSON.stringify(next));
    },
  };
}

function parseStored(bytes: Uint8Array): Stored {
  if (bytes.length === 0) return {};
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof json !== 'object' || json === null) return {};
    // Terraform returns what `encode` wrote, or what a user has made of it.
    const { imported, refusals, values }: Stored = json;
    return {
      imported: imported === true,
      refusals: Array.isArray(refusals) ? refusals : [],
      values: typeof values === 'object' && values !== null ? values : {},
    };
  } catch {
    return {};
  }
}
