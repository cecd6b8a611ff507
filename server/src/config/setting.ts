/** Type of a row of the settings table, with the parsing of its sources. */
import { z } from 'zod';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A value as people write it: in a flag, a variable or a file. */
export type Scalar = string | number | boolean;

/** The schema of a setting: reads what people write, and writes it back. */
export type SettingSchema<Value> = z.ZodCodec<z.ZodUnknown, z.ZodCustom<Value, Value>>;

/** One row: what is known about a setting. Its name is its flag and its key in a file. */
export interface Setting {
  /** One sentence. */
  readonly description: string;
  /** Placeholder of the value in help texts. A switch has none: it is on or off. */
  readonly placeholder?: string;
  readonly unit?: string;
  readonly schema: SettingSchema<unknown>;
  /** Whether it may be nothing at all. */
  readonly presence: 'required' | 'optional';
  /** The value when nothing is said, as people would write it; none for optional settings. */
  readonly default?: Scalar | ((env: Environment) => string);
  /** The default in words, where the value alone would not explain it. */
  readonly defaultWords?: string;
  /** Variables that are read after the setting's own one, `NOVACRON_…`. */
  readonly otherVariables: readonly string[];
  /** Values of a repeated flag are joined with commas; of others, the last one counts. */
  readonly repeated?: 'joined';
  /** Relative paths in a file start at the file's directory. */
  readonly holds: 'text' | 'path';
  /** Hides the secrets of a written value; without it there are none. */
  readonly mask?: (written: string) => string;
}

const SETTING_DEFAULTS = { presence: 'required', otherVariables: [], holds: 'text' } as const;

type RowDefaults = keyof typeof SETTING_DEFAULTS;

/** Makes a row; what is not said is a required text and has no variables besides its own. */
export function setting<
  const S extends Omit<Setting, RowDefaults> & Partial<Pick<Setting, RowDefaults>>,
>(row: S): Omit<typeof SETTING_DEFAULTS, keyof S> & S {
  return { ...SETTING_DEFAULTS, ...row };
}

/**
 * Makes the schema of a setting.
 * @param form - `read`: undefined for an invalid value; `write`: the way back;
 * `expected`: what it should have been, such as `must be HOST:PORT`
 */
export function settingSchema<Value>(form: {
  readonly read: (written: Scalar) => Value | undefined;
  readonly write: (value: Value) => Scalar;
  readonly expected: string;
}): SettingSchema<Value> {
  return z.codec(z.unknown(), z.custom<Value>(), {
    decode: (written, payload) => {
      const value = isScalar(written) ? form.read(written) : undefined;
      if (value !== undefined) return value;
      payload.issues.push({ code: 'custom', message: form.expected, input: written });
      return z.NEVER;
    },
    encode: (value) => form.write(value),
  });
}

/** Whether a value is one that a setting can be read from. */
export function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
