import type { CapabilityDeps } from '../deps.ts';
import type { LiveSettings } from './live-settings.ts';

/** A setting as the server was started with it. */
export interface ConfiguredSetting {
  /** Name in the configuration. */
  readonly setting: string;
  /** As it would be written, without its secrets; null where nothing is set. */
  readonly value: string | number | boolean | null;
  /** `flag --listen`, `environment LOG_LEVEL`, `file PATH` or `default`. */
  readonly source: string;
}

/** What showing and changing settings needs. */
export interface SettingsDeps extends CapabilityDeps {
  readonly live: LiveSettings<unknown>;
  /** What the server was started with; empty where no configuration was read. */
  readonly configuration: readonly ConfiguredSetting[];
}
