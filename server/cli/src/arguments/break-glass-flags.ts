/** The flags of commands that can work in the store of this machine, past its server. */
import { type Command, Option } from 'commander';

/** Values of these flags. */
export interface BreakGlassFlags {
  readonly breakGlass?: boolean;
  readonly dataDir?: string;
  readonly store?: string;
}

/** Location of the store; undefined parts come from the server's configuration. */
export interface LocalPlace {
  readonly dataDir: string | undefined;
  readonly store: string | undefined;
}

/** @param verb - what the command does, as its help begins */
export function breakGlassOptions(verb: string): readonly Option[] {
  return [
    new Option(
      '--break-glass',
      `${verb} it in the store of this machine, bypassing the server (audited)`,
    ),
    new Option('--data-dir <dir>', "With --break-glass: the server's data directory"),
    new Option('--store <address>', "With --break-glass: the server's store address"),
  ];
}

/** The place among the flags. */
export function localPlace({ dataDir, store }: BreakGlassFlags): LocalPlace {
  return { dataDir, store };
}

/** Ends the command with wrong usage: without --break-glass the server finds its own store. */
export function refuseLocalFlags(command: Command, { dataDir, store }: BreakGlassFlags): void {
  if (dataDir !== undefined) {
    command.error("error: option '--data-dir <dir>' needs '--break-glass'");
  }
  if (store !== undefined) {
    command.error("error: option '--store <address>' needs '--break-glass'");
  }
}
