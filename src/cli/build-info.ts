/** Set when the bundles are made (scripts/bundle.js). */
declare const TBX_VERSION: string;
declare const TBX_SOURCE_HASH: string;

/**
 * A hash of all that decides what the passes and the address step write: objects made by a tool with another hash
 * are not used again.
 */
export const SOURCE_HASH: string = TBX_SOURCE_HASH;

/** One line that changes whenever the output of the tool may. */
export const VERSION_LINE: string = `tme-box ${TBX_VERSION} (abi 1, passes ${SOURCE_HASH})`;

/** The version of this package. */
export const VERSION: string = TBX_VERSION;
