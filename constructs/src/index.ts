/** What the package offers. Other languages see one index: it is the one barrel of the house. */

/** The lower layer: one class a resource and data source of the provider, as it names them. */
export * as l1 from './gen/index.ts';
