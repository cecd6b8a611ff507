type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** The log of a server or an agent, for operators; users never see it. */
export interface Logger {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

/** Writes nothing. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
