/** Shared parts of commands that write SARIF 2.1.0 (OASIS). */
import type { Location, Log, Result, ToolComponent } from 'sarif';
import type { SourcePlace } from './source-place.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** The log of one run of one command. */
export function sarifLog(driver: ToolComponent, results: Result[]): Log {
  return { $schema: SCHEMA, version: '2.1.0', runs: [{ tool: { driver }, results }] };
}

/** Returns a resource's location: its address, and its lines if known. */
export function sarifLocations(address: string, place: SourcePlace | undefined): Location[] {
  const logicalLocations = [{ fullyQualifiedName: address, kind: 'resource' }];
  if (place === undefined) return [{ logicalLocations }];
  return sarifPlaces(place).map((location) => ({ ...location, logicalLocations }));
}

/** A position in a file. */
export function sarifPlaces({ file, row, column }: SourcePlace): Location[] {
  const region = { startLine: row, startColumn: column };
  return [{ physicalLocation: { artifactLocation: { uri: encodeURI(file) }, region } }];
}
