import type { CapabilityDeps } from '../deps.ts';
import type { LiveSettings } from './live-settings.ts';

/** A setting as the server was started with it. */
export interface ConfiguredSetting {
  /** Name in the configuration. */
  readonly setting: string;
  /** Value as it would be written, without its secrets; null if nothing is set. */
  readonly value: string | number | boolean | null;
  /** `flag --listen`, `environment LOG_LEVEL`, `file PATH` or `default`. */
  readonly source: string;
}

/** Dependencies of showing and changing settings. */
export interface SettingsDeps extends CapabilityDeps {
  readonly live: LiveSettings<unknown>;
  /** Settings that the server was started with; empty if no configuration was read. */
  readonly configuration: readonly ConfiguredSetting[];
}
